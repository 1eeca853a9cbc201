namespace KvStore.Node.FrontEnds.Http;

/// <summary>What a request line under /kv is about.</summary>
internal enum KvAction : byte
{
    /// <summary><c>/kv</c> without a key.</summary>
    Listing,

    /// <summary><c>/kv/{key}</c> or <c>/kv?key=</c>.</summary>
    Key,

    /// <summary><c>/kv/{key}/increment</c> or <c>/kv/increment?key=</c>.</summary>
    Increment,

    /// <summary><c>/kv/{key}/append</c> or <c>/kv/append?key=</c>.</summary>
    Append,

    /// <summary><c>/kv/{key}/explain</c> or <c>/kv/explain?key=</c>.</summary>
    Explain,
}
