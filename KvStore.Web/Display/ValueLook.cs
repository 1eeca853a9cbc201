namespace KvStore.Web.Display;

/// <summary>How a value is looked at.</summary>
public enum ValueLook
{
    Text,
    Json,
    Hex,
}
