using System.Reflection;

namespace Aspire.Hosting.Testing;

/// <summary>The Main of an AppHost, called with arguments on a thread of its own.</summary>
internal sealed class EntryPoint(Assembly assembly)
{
    public Assembly Assembly { get; } = assembly;

    /// <returns>The exit code that the process would have had.</returns>
    public Task<int> RunAsync(string[] args, ApplicationHooks hooks)
    {
        var main =
            Assembly.EntryPoint
            ?? throw new InvalidOperationException($"The assembly {Assembly.GetName().Name} has no entry point; name a type of the AppHost's assembly.");
        var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            // The hooks belong to this thread and to everything that begins on it.
            ApplicationHooks.Current = hooks;
            try
            {
                object?[] parameters = main.GetParameters().Length == 0 ? [] : [args];
                var result = main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, parameters, null);
                ended.SetResult(result as int? ?? 0);
            }
            catch (Exception e)
            {
                ended.SetException(e);
            }
        })
        {
            IsBackground = true,
            Name = $"Entry point of {Assembly.GetName().Name}",
        };
        // The test's own context must not flow in, or an application built inside another one's would share its hooks.
        using (ExecutionContext.SuppressFlow())
        {
            thread.Start();
        }
        return ended.Task;
    }
}
