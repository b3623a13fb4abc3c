using System.Collections.Frozen;
using Dapper;
using Desk.Contracts;
using Desk.Messaging;
using Desk.ServiceDefaults.Identity;
using Npgsql;

namespace Desk.Knowledge.Articles;

/// <summary>
/// Who is of which team and which organisation: a copy, from Routing's and Intake's word, held in memory because every search asks. A person is of
/// the organisation that has their mail domain, or the nearest one above it. Before it is read, nobody is of anything.
/// </summary>
internal sealed class Membership(NpgsqlDataSource database)
{
    private volatile Known _known = new(FrozenDictionary<Guid, string[]>.Empty, FrozenDictionary<string, Guid>.Empty);

    public Readership Of(Caller? caller) => caller switch
    {
        null => Readership.Public,
        { IsAgent: true } => Readership.OfAgent(_known.Teams.GetValueOrDefault(caller.Id, []), caller.IsAtLeast("lead")),
        { Machine: true } => Readership.Public,
        _ => Readership.OfRequester(OrganisationOf(caller.Email)),
    };

    private Guid? OrganisationOf(string? email)
    {
        var domain = email?[(email.LastIndexOf('@') + 1)..].ToLowerInvariant() ?? "";
        for (var dot = 0; dot >= 0 && domain.Length > 0; domain = dot < 0 ? "" : domain[(dot + 1)..])
        {
            if (_known.Domains.TryGetValue(domain, out var organisation))
                return organisation;
            dot = domain.IndexOf('.');
        }
        return null;
    }

    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var teams = await connection.QueryAsync<(Guid Id, string[] Teams)>(new CommandDefinition("select id, teams from agent", cancellationToken: cancellation));
        var domains = await connection.QueryAsync<(string Domain, Guid Id)>(new CommandDefinition(
            "select distinct on (domain) domain, id from organisation, unnest(domains) as domain order by domain, told_at desc", cancellationToken: cancellation));
        _known = new Known(teams.ToFrozenDictionary(agent => agent.Id, agent => agent.Teams), domains.ToFrozenDictionary(row => row.Domain, row => row.Id));
    }

    public static Task KeepAsync(Reaction reaction, AgentChanged agent, CancellationToken cancellation)
        => reaction.Connection.ExecuteAsync(new CommandDefinition($"""
            insert into agent (id, teams, told_at) values (@id, @teams, @at)
            on conflict (id) do update set teams = excluded.teams, told_at = excluded.told_at where agent.told_at <= excluded.told_at;
            select pg_notify('{ArticleStore.PublishedChannel}', '')
            """, new { id = agent.AgentId, teams = agent.Active ? agent.Teams.ToArray() : [], at = agent.At.ToUniversalTime() }, reaction.Transaction, cancellationToken: cancellation));

    public static Task KeepAsync(Reaction reaction, OrganisationChanged organisation, CancellationToken cancellation)
        => reaction.Connection.ExecuteAsync(new CommandDefinition($"""
            insert into organisation (id, name, domains, told_at) values (@id, @name, @domains, @at)
            on conflict (id) do update set name = excluded.name, domains = excluded.domains, told_at = excluded.told_at where organisation.told_at <= excluded.told_at;
            select pg_notify('{ArticleStore.PublishedChannel}', '')
            """, new
        {
            id = organisation.OrganisationId,
            name = organisation.Name,
            domains = organisation.Domains.Select(domain => domain.ToLowerInvariant()).ToArray(),
            at = organisation.At.ToUniversalTime(),
        }, reaction.Transaction, cancellationToken: cancellation));

    private sealed record Known(FrozenDictionary<Guid, string[]> Teams, FrozenDictionary<string, Guid> Domains);
}
