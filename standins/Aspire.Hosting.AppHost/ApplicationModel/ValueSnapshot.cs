namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that is set once and waited for.</summary>
public sealed class ValueSnapshot<T>
{
    private readonly TaskCompletionSource<T> _value = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsValueSet => _value.Task.IsCompleted;

    public Task<T> GetValueAsync(CancellationToken cancellationToken = default) => _value.Task.WaitAsync(cancellationToken);

    public void SetValue(T value)
    {
        if (!_value.TrySetResult(value))
        {
            throw new InvalidOperationException("The value has been set already.");
        }
    }

    public void SetException(Exception exception) => _value.TrySetException(exception);
}
