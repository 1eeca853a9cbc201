namespace KvStore.Web.Keys;

/// <summary>What the key box can do with a key.</summary>
internal enum KeyAction
{
    Get,
    Put,
    Delete,
    Increment,
}
