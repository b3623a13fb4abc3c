using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Localization;

namespace Desk.ServiceDefaults;

/// <summary>
/// Words for whoever made the request, in the language they asked for with <c>Accept-Language</c>: Swedish, and English for everybody else.
/// Both stand where they are used, side by side, so that none can be missing.
/// </summary>
public static class Phrase
{
    public static string Of(string sv, string en) => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "sv" ? sv : en;

    /// <summary>Reads the language from each request. Numbers and dates in what a service answers stay as they are, whatever it is.</summary>
    public static IApplicationBuilder UseRequestLanguage(this IApplicationBuilder app)
    {
        var english = CultureInfo.GetCultureInfo("en");
        // Where nobody asks (a reaction, a clock), it is not the machine's language either.
        CultureInfo.DefaultThreadCurrentUICulture = english;
        return app.UseRequestLocalization(new RequestLocalizationOptions
        {
            DefaultRequestCulture = new RequestCulture(CultureInfo.InvariantCulture, english),
            SupportedCultures = [CultureInfo.InvariantCulture],
            SupportedUICultures = [CultureInfo.GetCultureInfo("sv"), english],
            RequestCultureProviders = [new AcceptLanguageHeaderRequestCultureProvider()],
        });
    }
}
