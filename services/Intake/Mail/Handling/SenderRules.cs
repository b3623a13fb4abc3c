using Desk.Intake.People;
using Desk.Intake.Requests;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Intake.Mail.Handling;

/// <summary>Always: opens tickets even when it is automatic or marked as spam. Never: ignored, and counted as such.</summary>
internal enum SenderAction { Always, Never }

/// <summary>What the desk does with the mail of a sender. Pattern is an address, or <c>@example.org</c> for a domain and its subdomains.</summary>
internal sealed record SenderRule(string Pattern, SenderAction Action);

/// <summary>A rule as it is listed: <c>action</c> is <c>always</c> or <c>never</c>.</summary>
internal sealed record SenderRuleView(string Pattern, string Action, string MadeBy, DateTimeOffset MadeAt);

internal sealed record SenderRuleInput(string? Action);

/// <summary><c>/mail/rules</c>. Agents see them, leads change them; who did is kept.</summary>
internal static class SenderRules
{
    /// <summary>The rule that says most of this sender: their address before their domain, a domain before the one it belongs to.</summary>
    public static async Task<SenderRule?> FindAsync(NpgsqlTransaction transaction, string sender, CancellationToken cancellation)
    {
        var address = EmailAddress.Normalise(sender);
        await using var command = new NpgsqlCommand("""
            select pattern, action from sender_rule where pattern = any($1) order by pattern like '@%', length(pattern) desc limit 1
            """, transaction.Connection, transaction)
        { Parameters = { new NpgsqlParameter<string[]> { TypedValue = [address, .. EmailAddress.DomainAndParents(address).Select(domain => "@" + domain)] } } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new SenderRule(reader.GetString(0), Wording<SenderAction>.Read(reader.GetString(1))) : null;
    }

    /// <summary>All rules, by pattern.</summary>
    public static async Task<Ok<Page<SenderRuleView>>> ListAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select pattern, action, made_by, made_at from sender_rule order by pattern");
        var rules = new List<SenderRuleView>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            rules.Add(new SenderRuleView(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetTime(3)));
        return TypedResults.Ok(new Page<SenderRuleView>(rules, null));
    }

    /// <summary>Makes a rule or changes it. It holds from the next mail on; what is here already can be run again.</summary>
    /// <param name="pattern">An address, or <c>@example.org</c> for a domain and its subdomains.</param>
    public static async Task<Results<Ok<SenderRuleView>, ProblemHttpResult>> PutAsync(
        string pattern, SenderRuleInput input, Caller caller, NpgsqlDataSource database, MailSettings settings, TimeProvider clock, CancellationToken cancellation)
    {
        if (Read(pattern) is not { } sender)
            return Problems.Invalid("rule.pattern", Phrase.Of("En regel gäller en adress, eller en domän skriven @example.org.", "A rule is for an address, or for a domain written @example.org."));
        if (settings.IsOurs(sender) || sender == "@" + settings.Desk.Domain)
            return Problems.Invalid("rule.own", Phrase.Of("Deskens egen post har ingen regel: den får aldrig öppna ett ärende, och aldrig gå förlorad.", "The desk's own mail has no rule: it must never open a ticket, and never be lost."));
        if (!Wording<SenderAction>.TryRead(input.Action, out var action))
            return Problems.Invalid("rule.action", $"action is {Wording<SenderAction>.Choices}.");

        var rule = new SenderRuleView(sender, Wording<SenderAction>.Of(action), caller.Name, clock.GetUtcNow().ToStored());
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var put = new NpgsqlCommand("""
            with before as (select action from sender_rule where pattern = $1),
            put as (insert into sender_rule (pattern, action, made_by, made_at) values ($1, $2, $3, $4)
                    on conflict (pattern) do update set action = excluded.action, made_by = excluded.made_by, made_at = excluded.made_at)
            select action from before
            """, connection, transaction)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = rule.Pattern }, new NpgsqlParameter<string> { TypedValue = rule.Action },
                new NpgsqlParameter<string> { TypedValue = rule.MadeBy }, new NpgsqlParameter<DateTimeOffset> { TypedValue = rule.MadeAt },
            },
        };
        var was = (string?)await put.ExecuteScalarAsync(cancellation);
        await MailActs.AddAsync(transaction, new MailAct(rule.MadeAt, caller, "rule") { Pattern = sender, Was = was, Became = rule.Action }, cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(rule);
    }

    /// <summary>Ends a rule.</summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string pattern, Caller caller, NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation)
    {
        var sender = Read(pattern) ?? "";
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var end = new NpgsqlCommand("delete from sender_rule where pattern = $1 returning action", connection, transaction)
        { Parameters = { new NpgsqlParameter<string> { TypedValue = sender } } };
        if ((string?)await end.ExecuteScalarAsync(cancellation) is not { } was)
            return Problems.NotFound("rule.unknown", "There is no rule for that sender.");
        await MailActs.AddAsync(transaction, new MailAct(clock.GetUtcNow().ToStored(), caller, "ruleEnded") { Pattern = sender, Was = was }, cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>In normal form; null for what is no sender.</summary>
    internal static string? Read(string pattern)
    {
        var trimmed = pattern.Trim();
        if (!EmailAddress.IsWellFormed(trimmed.StartsWith('@') ? "someone" + trimmed : trimmed))
            return null;
        return trimmed.StartsWith('@') ? EmailAddress.Normalise("someone" + trimmed)["someone".Length..] : EmailAddress.Normalise(trimmed);
    }
}
