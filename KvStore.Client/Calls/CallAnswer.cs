namespace KvStore.Client.Calls;

/// <summary>What one member answered, or why it did not; one of the two. A value, because some refusals are answers.</summary>
internal readonly record struct CallAnswer<TMessage>(TMessage? Message, KvException? Failure)
    where TMessage : class;
