namespace Desk.Gateway.Sessions;

/// <summary>The cookie <c>desk</c>: an opaque secret, out of reach of scripts and of other sites.</summary>
internal static class SessionCookie
{
    public const string Name = "desk";

    public static void Set(HttpContext context, string secret, DateTimeOffset expires)
        => context.Response.Cookies.Append(Name, secret, Options(context, expires));

    public static void Clear(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context, null));

    private static CookieOptions Options(HttpContext context, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps
            || context.RequestServices.GetRequiredService<IConfiguration>()["Desk:PublicUrl"]?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };
}
