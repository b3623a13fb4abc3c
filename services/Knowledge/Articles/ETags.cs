using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Desk.Knowledge.Articles;

/// <summary>A version as an entity tag, and back.</summary>
internal static class ETags
{
    public static string Of(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Whether If-Match, when there is one, names this version.</summary>
    public static bool Allows(IHeaderDictionary headers, int version)
        => headers.IfMatch.Count == 0
            || (EntityTagHeaderValue.TryParseList([.. headers.IfMatch.OfType<string>()], out var tags) && tags.Any(tag => tag.Tag == "*" || tag.Tag == Of(version)));
}
