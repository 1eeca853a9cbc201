namespace Grpc.Core;

// What the four kinds of call have in common. A transport hands over plain delegates or, to save it the closures,
// delegates that take one shared state object; both end up as the second form, the first with itself as the state.
internal readonly struct AsyncCallControls
{
    private readonly Func<object, Task<Metadata>> _responseHeadersAsync;
    private readonly Func<object, Status> _getStatus;
    private readonly Func<object, Metadata> _getTrailers;
    private readonly Action<object> _dispose;
    private readonly object _state;

    internal AsyncCallControls(
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatus,
        Func<object, Metadata> getTrailers,
        Action<object> dispose,
        object state)
    {
        _responseHeadersAsync = responseHeadersAsync;
        _getStatus = getStatus;
        _getTrailers = getTrailers;
        _dispose = dispose;
        _state = state;
    }

    internal AsyncCallControls(
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatus,
        Func<Metadata> getTrailers,
        Action dispose)
        : this(
            static state => ((Stateless)state).ResponseHeadersAsync,
            static state => ((Stateless)state).GetStatus(),
            static state => ((Stateless)state).GetTrailers(),
            static state => ((Stateless)state).Dispose(),
            new Stateless(responseHeadersAsync, getStatus, getTrailers, dispose))
    {
    }

    internal Task<Metadata> ResponseHeadersAsync => _responseHeadersAsync(_state);

    internal Status GetStatus() => _getStatus(_state);

    internal Metadata GetTrailers() => _getTrailers(_state);

    internal void Dispose() => _dispose(_state);

    private sealed record Stateless(
        Task<Metadata> ResponseHeadersAsync,
        Func<Status> GetStatus,
        Func<Metadata> GetTrailers,
        Action Dispose);
}
