using Desk.Web.Api;
using Desk.Web.Shared;

namespace Desk.Web.Workspace;

/// <summary>What is said of an article's state.</summary>
internal static class ArticleWords
{
    public static string State(string? state, Words words) => state switch
    {
        "draft" => words["Utkast", "Draft"],
        "review" => words["Att granska", "To review"],
        "scheduled" => words["Schemalagd", "Scheduled"],
        "published" => words["Publicerad", "Published"],
        "expired" => words["Utgången", "Expired"],
        "withdrawn" => words["Indragen", "Withdrawn"],
        _ => state ?? "",
    };

    /// <summary>Whom it is for, by the names of teams and organisations.</summary>
    public static string Audience(string? audience, DeskNames names, IReadOnlyList<Organisation> organisations, Words words) => audience?.Split(':', 2) switch
    {
        ["everyone"] => words["Alla", "Everyone"],
        ["agents"] => words["Bara handläggare", "Agents only"],
        ["team", var key] => words["Bara teamet", "Only the team"] + " " + names.Team(key, null, words),
        ["organisation", var id] => words["Bara", "Only"] + " " + (organisations.FirstOrDefault(organisation => organisation.Id.ToString() == id)?.Name ?? words["en organisation", "one organisation"]),
        _ => audience ?? "",
    };

    /// <summary>Why a link is broken.</summary>
    public static string BrokenLink(string reason, Words words) => reason switch
    {
        "missing" => words["artikeln finns inte, eller läses inte längre", "the article is not there, or no longer read"],
        "unreadable" => words["får inte läsas av alla som läser den här", "not for all who read this"],
        "gone" => words["sidan finns inte", "there is no such page"],
        "away" => words["sidan har inte svarat vid tre försök", "the page has not answered three times"],
        "refused" => words["ingen öppen sida på internet", "no open page on the internet"],
        _ => reason,
    };

    public static string Kind(string? state) => state switch
    {
        "published" => "good",
        "expired" or "withdrawn" => "bad",
        "review" => "warn",
        _ => "",
    };
}
