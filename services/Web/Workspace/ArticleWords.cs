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

    public static string Kind(string? state) => state switch
    {
        "published" => "good",
        "expired" or "withdrawn" => "bad",
        "review" => "warn",
        _ => "",
    };
}
