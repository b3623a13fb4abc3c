using Npgsql;

namespace Desk.Gateway.Accounts;

/// <summary>What happened at the door, for whoever must find out later. Never holds a secret.</summary>
internal sealed class AuditLog(NpgsqlDataSource database, TimeProvider clock)
{
    public async Task WriteAsync(
        string what, string? email, Guid? account, HttpContext? context, string? detail = null, CancellationToken cancellation = default)
    {
        await using var command = database.CreateCommand("insert into audit (at, what, email, account_id, address, detail) values ($1, $2, $3, $4, $5, $6)");
        foreach (var value in new object?[] { clock.GetUtcNow(), what, email, account, context?.Connection.RemoteIpAddress?.ToString(), detail })
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
