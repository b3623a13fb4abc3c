using Npgsql;

namespace Desk.Messaging;

/// <summary>Work that one replica does at a time: until the transaction ends, no other has the turn.</summary>
public static class Turn
{
    /// <summary>Takes the turn. False when another has it: then there is nothing to do here.</summary>
    /// <param name="transaction">The turn ends with it, however it ends.</param>
    /// <param name="work">The name of the work within the database.</param>
    /// <param name="cancellation">Ends the asking.</param>
    public static async Task<bool> TakeAsync(NpgsqlTransaction transaction, string work, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", transaction.Connection, transaction)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = work } },
        };
        return await command.ExecuteScalarAsync(cancellation) is true;
    }
}
