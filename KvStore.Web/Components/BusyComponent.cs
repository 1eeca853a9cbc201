using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components;

/// <summary>A component that does one thing at a time for whoever uses it: what is asked for meanwhile is not done.</summary>
public abstract class BusyComponent : ComponentBase
{
    protected bool IsBusy { get; private set; }

    protected async Task AloneAsync(Func<Task> work)
    {
        if (IsBusy)
        {
            return;
        }

        IsBusy = true;
        try
        {
            await work();
        }
        finally
        {
            IsBusy = false;
        }
    }
}
