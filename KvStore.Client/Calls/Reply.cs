namespace KvStore.Client.Calls;

/// <summary>A member's answer, or why there is none. A value rather than an exception, because some refusals are answers.</summary>
internal readonly record struct Reply<TMessage>(TMessage? Message, KvException? Failure, Endpoint Endpoint)
    where TMessage : class
{
    public TMessage OrThrow() => Failure is null ? Message! : throw Failure;
}
