using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Aspire.Dashboard.Components.Login;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Aspire.Dashboard.Security;

/// <summary>
/// Who has the token that was printed at the start is let in, by a link or by typing it, and gets a cookie. The keys that
/// protect the cookie are made anew at each start, so a cookie is worth nothing after it. Programs may send the token as a bearer.
/// </summary>
internal static class BrowserLogin
{
    private const string Bearer = "Bearer ";

    public static void AddBrowserLogin(this IServiceCollection services, DashboardOptions options)
    {
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            // Cookies do not tell ports apart, and other programs of this machine have cookies too.
            cookie.Cookie.Name = $".Aspire.Dashboard.{options.Frontend.Port}";
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.Cookie.HttpOnly = true;
            cookie.LoginPath = "/login";
            cookie.ExpireTimeSpan = TimeSpan.FromDays(3);
            cookie.Events.OnRedirectToLogin = context =>
            {
                if (context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/_blazor"))
                {
                    context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                }
                else
                {
                    context.Response.Redirect(context.RedirectUri);
                }

                return Task.CompletedTask;
            };
        });
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddCascadingAuthenticationState();
    }

    public static void UseBearers(this WebApplication app) => app.Use((context, next) =>
    {
        var given = context.Request.Headers.Authorization.ToString();
        if (given.StartsWith(Bearer, StringComparison.Ordinal) && IsToken(app.Services.GetRequiredService<DashboardOptions>(), given[Bearer.Length..]))
        {
            context.User = Person();
        }

        return next(context);
    });

    public static void MapLogin(this WebApplication app)
    {
        app.MapGet("/login", async Task<Results<RedirectHttpResult, RazorComponentResult<LoginPage>>> (
            HttpContext context, DashboardOptions options, string? t, string? returnUrl) =>
        {
            if (t is null)
            {
                return context.User.Identity?.IsAuthenticated == true ? TypedResults.LocalRedirect("~/") : Page(isWrong: false, returnUrl);
            }

            return await EnterAsync(context, options, t, returnUrl);
        }).AllowAnonymous();
        app.MapPost("/login", async Task<Results<RedirectHttpResult, RazorComponentResult<LoginPage>>> (
            HttpContext context, DashboardOptions options, [FromForm] string token, [FromForm] string? returnUrl) =>
                await EnterAsync(context, options, token.Trim(), returnUrl)).AllowAnonymous();
        app.MapPost("/logout", async ([FromForm] string? reason, HttpContext context) =>
        {
            await context.SignOutAsync();
            return TypedResults.LocalRedirect("~/login");
        });
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult<LoginPage>>> EnterAsync(
        HttpContext context, DashboardOptions options, string token, string? returnUrl)
    {
        if (!IsToken(options, token))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Page(isWrong: true, returnUrl);
        }

        await context.SignInAsync(Person(), new AuthenticationProperties { IsPersistent = true });
        return TypedResults.LocalRedirect(LocalOf(returnUrl));
    }

    private static RazorComponentResult<LoginPage> Page(bool isWrong, string? returnUrl) =>
        new(new { IsWrong = isWrong, ReturnUrl = LocalOf(returnUrl) });

    /// <summary>A link to here must not lead elsewhere.</summary>
    private static string LocalOf(string? returnUrl) =>
        returnUrl is ['/', .. var rest] && rest is not (['/', ..] or ['\\', ..]) ? returnUrl : "/";

    private static bool IsToken(DashboardOptions options, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(options.BrowserToken));

    private static ClaimsPrincipal Person() =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, "Local")], CookieAuthenticationDefaults.AuthenticationScheme));
}
