using Desk.ServiceDefaults.Identity;
using Npgsql;

namespace Desk.Intake.Mail.Handling;

/// <summary>What a person did with a received mail, or with the rules for its sender.</summary>
internal sealed record MailAct(DateTimeOffset At, Caller By, string Act)
{
    public Guid? MailId { get; init; }

    public string? Pattern { get; init; }

    public string? Was { get; init; }

    public string? Became { get; init; }
}

/// <summary>An act as it is shown: <c>act</c> is <c>ticket</c> or <c>again</c>; was and became are outcomes.</summary>
internal sealed record MailActView(DateTimeOffset At, string By, string Act, string? Was, string? Became);

/// <summary>The audit of mail: rows are only added.</summary>
internal static class MailActs
{
    public static async Task AddAsync(NpgsqlTransaction transaction, MailAct act, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            insert into mail_act (id, at, agent_id, agent_name, agent_email, act, mail_id, pattern, was, became)
            values (@id, @at, @agent, @name, @email, @act, @mail, @pattern, @was, @became)
            """, transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid>("id", Guid.CreateVersion7(act.At)));
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset>("at", act.At));
        command.Parameters.Add(new NpgsqlParameter<Guid>("agent", act.By.Id));
        command.Parameters.Add(new NpgsqlParameter<string>("name", act.By.Name));
        command.Parameters.AddText("email", act.By.Email);
        command.Parameters.Add(new NpgsqlParameter<string>("act", act.Act));
        command.Parameters.AddId("mail", act.MailId);
        command.Parameters.AddText("pattern", act.Pattern);
        command.Parameters.AddText("was", act.Was);
        command.Parameters.AddText("became", act.Became);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Oldest first.</summary>
    public static async Task<IReadOnlyList<MailActView>> OfMailAsync(NpgsqlDataSource database, Guid mailId, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select at, agent_name, act, was, became from mail_act where mail_id = $1 order by id");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = mailId });
        var acts = new List<MailActView>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            acts.Add(new MailActView(reader.GetTime(0), reader.GetString(1), reader.GetString(2), reader.GetText(3), reader.GetText(4)));
        return acts;
    }
}
