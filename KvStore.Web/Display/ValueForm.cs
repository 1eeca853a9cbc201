namespace KvStore.Web.Display;

/// <summary>How a value is shown.</summary>
public enum ValueForm
{
    Empty,
    Text,
    Hex,
}
