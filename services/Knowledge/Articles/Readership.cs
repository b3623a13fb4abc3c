namespace Desk.Knowledge.Articles;

/// <summary>
/// What one reader may read: a condition of every statement and of the scoring, never a filter of what came out. Whoever is not named has only what
/// is for everyone.
/// </summary>
/// <param name="Audiences">The audiences the reader is of.</param>
/// <param name="IsAgent">An agent helps people of every organisation.</param>
/// <param name="IsLead">A lead reads what is for any team.</param>
internal sealed record Readership(IReadOnlySet<string> Audiences, bool IsAgent, bool IsLead)
{
    /// <summary>The condition in SQL, over a column <c>audience</c>; <see cref="In"/> gives its parameters.</summary>
    public const string Allowed = "(@isLead or audience = any(@audiences) or (@isAgent and audience like 'organisation:%'))";

    /// <summary>Nobody in particular.</summary>
    public static readonly Readership Public = new(new HashSet<string> { Audience.Everyone.Word }, false, false);

    public static Readership OfRequester(Guid? organisation)
        => organisation is { } id ? new(new HashSet<string> { Audience.Everyone.Word, Audience.Organisation(id).Word }, false, false) : Public;

    public static Readership OfAgent(IEnumerable<string> teams, bool isLead)
        => new(teams.Select(team => Audience.Team(team).Word).Append(Audience.Everyone.Word).Append(Audience.Agents.Word).ToHashSet(), true, isLead);

    public bool Allows(string audience)
        => IsLead || Audiences.Contains(audience) || (IsAgent && audience.StartsWith(Audience.OfOrganisation, StringComparison.Ordinal));

    public bool Allows(Audience audience) => Allows(audience.Word);

    /// <summary>The parameters of a statement with <see cref="Allowed"/> in it.</summary>
    public Dapper.DynamicParameters In(object parameters)
    {
        var all = new Dapper.DynamicParameters(parameters);
        all.Add("isLead", IsLead);
        all.Add("isAgent", IsAgent);
        all.Add("audiences", Audiences.ToArray());
        return all;
    }
}
