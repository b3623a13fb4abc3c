using System.Globalization;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Desk.Knowledge.Search;

/// <summary>
/// The synonyms, written whole. A group is 2 to 30 words or phrases that mean the same; or, with means, one or more that also ask for those, one way.
/// </summary>
internal sealed record SynonymDocument(IReadOnlyList<SynonymGroup>? Items)
{
    private const int MostGroups = 2_000;
    private const int MostWords = 30;
    private const int LongestWord = 60;

    public Dictionary<string, string[]> Faults()
    {
        var faults = new Dictionary<string, string[]>();
        if (Items is null || Items.Count > MostGroups)
            faults["items"] = [Phrase.Of($"Det finns högst {MostGroups} grupper.", $"items has at most {MostGroups} groups.")];
        foreach (var (group, i) in (Items ?? []).Take(MostGroups).Select((group, i) => (group, i)))
        {
            var all = (group.Words ?? []).Concat(group.Means ?? []).ToList();
            if (group.Words is null || group.Words.Count < (group.Means is { Count: > 0 } ? 1 : 2) || all.Count > MostWords)
                faults[$"items[{i}]"] = [Phrase.Of($"Grupp {i + 1} har 2 till {MostWords} ord; ett räcker när det står vad det betyder.", $"Group {i + 1} has 2 to {MostWords} words; one is enough when it says what it means.")];
            else if (all.Find(word => string.IsNullOrWhiteSpace(word) || word.Length > LongestWord || !Analysis.Words(word).Any(Analysis.IsTelling)) is { } word)
                faults[$"items[{i}]"] = [Phrase.Of($"Grupp {i + 1}: ”{word}” söker ingen på. Ett ord har 1 till {LongestWord} tecken och säger något.", $"Group {i + 1}: “{word}” is not searched by. A word has 1 to {LongestWord} characters and says something.")];
        }
        return faults;
    }

    /// <summary>As it is kept: trimmed, each word once.</summary>
    public IReadOnlyList<SynonymGroup> Groups => [.. Items!.Select(group => new SynonymGroup(Clean(group.Words), group.Means is { Count: > 0 } means ? Clean(means) : null))];

    private static List<string> Clean(IEnumerable<string> words) => [.. words.Select(word => word.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)];
}

internal sealed record SynonymVersions(IReadOnlyList<SynonymVersion> Items);

internal static class SetSynonyms
{
    public static void MapSetSynonyms(this IEndpointRouteBuilder agents, IEndpointRouteBuilder leads)
    {
        agents.MapGet("/synonyms", ReadAsync).WithName("ReadSynonyms").WithSummary("The words that mean the same when one searches.");
        leads.MapPut("/synonyms", WriteAsync).WithName("WriteSynonyms").WithSummary("Puts synonyms in force for every search from now on. Written whole; If-Match is honoured.");
        leads.MapGet("/synonyms/versions", async (SynonymStore synonyms, CancellationToken cancellation) => TypedResults.Ok(new SynonymVersions(await synonyms.VersionsAsync(cancellation))))
            .WithName("ListSynonymVersions").WithSummary("Who changed them and when, the latest first.");
        leads.MapGet("/synonyms/versions/{version:long}", async Task<Results<Ok<SynonymDocument>, ProblemHttpResult>> (SynonymStore synonyms, long version, CancellationToken cancellation) =>
                await synonyms.ReadAsync(version, cancellation) is var (_, groups)
                    ? TypedResults.Ok(new SynonymDocument(groups))
                    : Problems.NotFound("synonyms.version", "They never had that version."))
            .WithName("ReadSynonymVersion").WithSummary("As they were: written again, they are restored.");
    }

    private static async Task<Ok<SynonymDocument>> ReadAsync(SynonymStore synonyms, HttpResponse response, CancellationToken cancellation)
    {
        var (version, groups) = await synonyms.ReadAsync(null, cancellation) ?? (0, []);
        response.Headers.ETag = Tag(version);
        return TypedResults.Ok(new SynonymDocument(groups));
    }

    private static async Task<Results<Ok<SynonymDocument>, ProblemHttpResult>> WriteAsync(
        SynonymStore synonyms, LiveIndex index, Caller caller, TimeProvider clock, HttpRequest request, HttpResponse response, SynonymDocument document, CancellationToken cancellation)
    {
        if (document.Faults() is { Count: > 0 } faults)
            return Problems.Invalid(faults);
        var match = request.Headers.IfMatch.ToString().Trim('"');
        long? expected = match is "" or "*" ? null : long.TryParse(match, CultureInfo.InvariantCulture, out var tag) ? tag : -1;
        if (await synonyms.WriteAsync(document.Groups, expected, caller.Name, clock.GetUtcNow(), cancellation) is not { } version)
            return Problems.Stale((await synonyms.ReadAsync(null, cancellation))?.Version ?? 0);
        index.Outdate();
        response.Headers.ETag = Tag(version);
        return TypedResults.Ok(new SynonymDocument(document.Groups));
    }

    private static string Tag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}
