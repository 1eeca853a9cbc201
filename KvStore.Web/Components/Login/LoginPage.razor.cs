using Microsoft.AspNetCore.Components;

namespace KvStore.Web.Components.Login;

/// <summary>Asks for the token.</summary>
public sealed partial class LoginPage
{
    [Parameter]
    public bool IsWrong { get; set; }

    /// <summary>Where to go from here.</summary>
    [Parameter]
    public string ReturnUrl { get; set; } = "/";
}
