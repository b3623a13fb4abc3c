using System.Text.RegularExpressions;

namespace Desk.Web.Workspace;

/// <summary>What a reply to a requester must not carry: the parts of articles that are for agents, and links to articles the requester cannot read.</summary>
internal static partial class ReplyCheck
{
    /// <summary>Whether a person may be sent an article: it is for everyone, or for the people of their organisation.</summary>
    public static bool MayBeSent(string? audience, Guid? organisation)
        => audience is "everyone" || (organisation is { } id && audience == $"organisation:{id}");

    /// <summary>Whether a marked part of an article stands in the text.</summary>
    public static bool HasPartForAgents(string text) => PartForAgents().IsMatch(text);

    /// <summary>The addresses of the articles it links to, each once.</summary>
    public static IReadOnlyList<string> Linked(string text) => [.. Link().Matches(text).Select(match => match.Groups[1].Value.ToLowerInvariant()).Distinct().Take(20)];

    [GeneratedRegex(@"^\s*:{3,}\s*(?:tell|pass)\b", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PartForAgents();

    [GeneratedRegex(@"/(?:help|knowledge/articles|agent/knowledge)/([a-z0-9-]{1,90})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Link();
}
