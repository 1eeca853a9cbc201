namespace Aspire.Hosting.ApplicationModel;

/// <summary>What of the answer to a command's request is handed on.</summary>
public enum HttpCommandResultMode
{
    None = 0,
    Auto = 1,
    Json = 2,
    Text = 3,
}
