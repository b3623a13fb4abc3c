using System.Text.RegularExpressions;

namespace Desk.Knowledge.Articles;

/// <summary>
/// Who an article is for, in one word: <c>everyone</c>, <c>agents</c>, <c>team:KEY</c> (the agents of one team) or <c>organisation:ID</c> (the
/// people of one organisation, and the agents who help them).
/// </summary>
internal readonly partial record struct Audience
{
    public const string OfOrganisation = "organisation:";
    private const string OfTeam = "team:";

    public static readonly Audience Everyone = new("everyone");
    public static readonly Audience Agents = new("agents");

    private Audience(string word) => Word = word;

    public string Word { get; }

    public static Audience Team(string key) => new(OfTeam + key);

    public static Audience Organisation(Guid id) => new($"{OfOrganisation}{id}");

    /// <summary>Whether people outside the desk are among its readers.</summary>
    public bool IsForRequesters => this == Everyone || Word.StartsWith(OfOrganisation, StringComparison.Ordinal);

    /// <summary>Whether all who read the other read this too: what the other may link to.</summary>
    public bool Covers(Audience other) => this == Everyone || this == other || (this == Agents && !other.IsForRequesters)
        || (!other.IsForRequesters && Word.StartsWith(OfOrganisation, StringComparison.Ordinal));

    public static Audience? TryParse(string? word) => word switch
    {
        "everyone" => Everyone,
        "agents" => Agents,
        not null when TeamWord().IsMatch(word) => new Audience(word),
        not null when word.StartsWith(OfOrganisation, StringComparison.Ordinal) && Guid.TryParse(word.AsSpan(OfOrganisation.Length), out var id) => Organisation(id),
        _ => null,
    };

    /// <summary>Of what was checked before it was kept.</summary>
    public static Audience Parse(string word) => TryParse(word) ?? throw new FormatException($"{word} is no audience.");

    public override string ToString() => Word;

    [GeneratedRegex("^team:[a-z0-9]+(?:[.-][a-z0-9]+){0,10}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TeamWord();
}
