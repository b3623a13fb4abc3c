using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Web;

/// <summary>What a reader chose about how the desk looks: language and light, kept in cookies for a year.</summary>
internal static class Preferences
{
    public const string LanguageCookie = "desk-language";
    public const string ThemeCookie = "desk-theme";

    /// <summary>Cookie first, then the account's language, then what the browser asks for, then Swedish.</summary>
    public static string Language(HttpContext context)
    {
        if (context.Request.Cookies[LanguageCookie] is ("sv" or "en") and var chosen)
            return chosen;
        if (context.User.FindFirst("lang")?.Value is ("sv" or "en") and var own)
            return own;
        foreach (var wanted in context.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1))
        {
            var word = wanted.Value.Value ?? "";
            if (word.StartsWith("sv", StringComparison.OrdinalIgnoreCase)) return "sv";
            if (word.StartsWith("en", StringComparison.OrdinalIgnoreCase)) return "en";
        }
        return "sv";
    }

    /// <summary><c>light</c>, <c>dark</c>, or null to follow the reader's system.</summary>
    public static string? Theme(HttpContext context) => context.Request.Cookies[ThemeCookie] is ("light" or "dark") and var chosen ? chosen : null;

    /// <summary><c>GET /prefer?language=en&amp;theme=dark&amp;back=/tickets</c>: keeps the choice and goes back, within the desk only.</summary>
    public static RedirectHttpResult Choose(HttpContext context, TimeProvider clock, string? language, string? theme, string? back)
    {
        var keep = new CookieOptions
        {
            Expires = clock.GetUtcNow().AddYears(1),
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            IsEssential = true,
        };
        if (language is "sv" or "en")
            context.Response.Cookies.Append(LanguageCookie, language, keep);
        if (theme is "light" or "dark")
            context.Response.Cookies.Append(ThemeCookie, theme, keep);
        else if (theme is "system")
            context.Response.Cookies.Delete(ThemeCookie);
        return TypedResults.Redirect(Local(back));
    }

    /// <summary>The path if it is one of this desk's, else the front page: no redirect may lead a reader elsewhere.</summary>
    public static string Local(string? path)
        => path is ['/', ..] && !path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("/\\", StringComparison.Ordinal)
            && !path.Any(char.IsControl) ? path : "/";

    public static CultureInfo Culture(string language) => CultureInfo.GetCultureInfo(language == "sv" ? "sv-SE" : "en-GB");
}
