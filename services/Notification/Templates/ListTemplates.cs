using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Notification.Templates;

/// <summary><c>GET /notification/templates</c>: what the desk's letters say, with their holes.</summary>
internal static class ListTemplates
{
    internal sealed record Shown(string Language, string Kind, string Text, string Html);

    internal sealed record Page(IReadOnlyList<Shown> Items, string? Next);

    public static void Map(IEndpointRouteBuilder group)
        => group.MapGet("", Handle).WithName("ListTemplates").WithSummary("The letters of the desk, by language and kind. The first line of the text is the subject.");

    private static Ok<Page> Handle(TemplateSet templates)
        => TypedResults.Ok(new Page([.. templates.Sources().Select(one => new Shown(one.Language, one.Kind, one.Text, one.Html))], null));
}
