using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using KvStore.Web.Components.Login;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace KvStore.Web.Security;

/// <summary>
/// With a token, whoever has it is let in, by a link or by typing it, and gets a cookie; the AppHost gives the page the token of its
/// dashboard. Without one the page is open to whoever reaches it, and says so in its log. The keys that protect the cookie are made
/// anew at each start, so a cookie is worth nothing after it.
/// </summary>
internal static class BrowserLogin
{
    public const string TokenKey = "KvStore:BrowserToken";

    private const string LoginPath = "/login";
    private const int NameBytes = 4;

    /// <returns>The token; null where the page is open.</returns>
    public static string? AddBrowserLogin(this WebApplicationBuilder builder)
    {
        if (builder.Configuration[TokenKey] is not { Length: > 0 } token)
        {
            return null;
        }

        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            // Cookies do not tell ports apart, and another cluster's page on this machine has another token.
            cookie.Cookie.Name = $".KvStore.Web.{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token))[..NameBytes])}";
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.Cookie.HttpOnly = true;
            cookie.LoginPath = LoginPath;
            cookie.ExpireTimeSpan = TimeSpan.FromDays(3);
            cookie.Events.OnRedirectToLogin = RedirectAsync;
        });
        builder.Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return token;
    }

    /// <summary>Before everything that only those may see who have logged in.</summary>
    public static void UseBrowserLogin(this WebApplication app, string? token)
    {
        if (token is null)
        {
            app.Logger.LogWarning("Whoever reaches this page can use it: {Key} is not set, so nobody has to log in.", TokenKey);
            return;
        }

        app.UseAuthentication();
        app.UseAuthorization();
    }

    public static void MapBrowserLogin(this WebApplication app, string? token)
    {
        if (token is null)
        {
            return;
        }

        app.MapGet(LoginPath, async Task<Results<RedirectHttpResult, RazorComponentResult<LoginPage>>> (
            HttpContext context, string? t, string? returnUrl) => t switch
            {
                { } given => await EnterAsync(context, token, given, returnUrl),
                null when context.User.Identity?.IsAuthenticated == true => TypedResults.LocalRedirect(LocalOf(returnUrl)),
                null => Page(isWrong: false, returnUrl),
            }).AllowAnonymous();
        app.MapPost(LoginPath, async Task<Results<RedirectHttpResult, RazorComponentResult<LoginPage>>> (
            HttpContext context, [FromForm(Name = "token")] string given, [FromForm] string? returnUrl) =>
                await EnterAsync(context, token, given.Trim(), returnUrl)).AllowAnonymous();
    }

    // A circuit cannot log in, and must not be led to a page.
    private static Task RedirectAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (!context.Request.Path.StartsWithSegments("/_blazor"))
        {
            context.Response.Redirect(context.RedirectUri);
            return Task.CompletedTask;
        }

        if (context.HttpContext.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult<LoginPage>>> EnterAsync(
        HttpContext context, string token, string given, string? returnUrl)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(token)))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Page(isWrong: true, returnUrl);
        }

        ClaimsPrincipal person = new(new ClaimsIdentity([new Claim(ClaimTypes.Name, "Local")], CookieAuthenticationDefaults.AuthenticationScheme));
        await context.SignInAsync(person, new AuthenticationProperties { IsPersistent = true });
        return TypedResults.LocalRedirect(LocalOf(returnUrl));
    }

    private static RazorComponentResult<LoginPage> Page(bool isWrong, string? returnUrl) =>
        new(new { IsWrong = isWrong, ReturnUrl = LocalOf(returnUrl) });

    /// <summary>A link to here must not lead elsewhere.</summary>
    private static string LocalOf(string? returnUrl) =>
        returnUrl is ['/', .. string rest] && rest is not (['/', ..] or ['\\', ..]) ? returnUrl : "/";
}
