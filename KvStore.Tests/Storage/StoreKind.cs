namespace KvStore.Tests.Storage;

/// <summary>The two stores, both of which pass every test that names them.</summary>
public enum StoreKind
{
    Simulated,
    Faster,
}
