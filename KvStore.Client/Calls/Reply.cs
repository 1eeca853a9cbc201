namespace KvStore.Client.Calls;

/// <summary>A member's answer, or why there is none. A value rather than an exception, because some refusals are answers.</summary>
internal readonly record struct Reply<TMessage>(TMessage? Message, KvException? Failure, Endpoint Endpoint)
    where TMessage : class
{
    /// <summary>The same of a part of the message.</summary>
    public Reply<TPart> As<TPart>(Func<TMessage, TPart> part)
        where TPart : class
    {
        TPart? found = Message is null ? null : part(Message);
        return found is not null || Failure is not null
            ? new Reply<TPart>(found, Failure, Endpoint)
            : new Reply<TPart>(null, new KvException($"{Endpoint.Address.Authority} answered something else than it was asked.", "transport", KvOutcome.Unknown), Endpoint);
    }

    public TMessage OrThrow() => Failure is null ? Message! : throw Failure;
}
