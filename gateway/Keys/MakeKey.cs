using Desk.Messaging;
using Npgsql;

namespace Desk.Gateway.Keys;

/// <summary><c>key --name N --scope agent|requester|admin</c>: makes a key and prints it as the last word. The way to the first one.</summary>
internal static class MakeKey
{
    public static async Task<int> RunAsync(string[] wish)
    {
        var (name, scope) = (Value(wish, "--name"), Value(wish, "--scope"));
        if (string.IsNullOrWhiteSpace(name) || scope is null || !ApiKey.Scopes.Contains(scope))
        {
            await Console.Error.WriteLineAsync("Say: key --name NAME --scope agent|requester|admin");
            return 2;
        }
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        if (configuration.GetConnectionString("gateway") is not { } connection)
        {
            await Console.Error.WriteLineAsync("ConnectionStrings__gateway is not set: it says where the gateway's database is.");
            return 2;
        }
        await using var database = NpgsqlDataSource.Create(connection);
        // The gateway may not have been started yet.
        await Migrator.RunAsync(database, typeof(MakeKey).Assembly, CancellationToken.None);
        var (_, key) = await new KeyStore(database, TimeProvider.System).AddAsync(name.Trim(), scope, "command line", CancellationToken.None);
        Console.WriteLine($"The key \"{name.Trim()}\" ({scope}), shown only this once: {key}");
        return 0;
    }

    private static string? Value(string[] wish, string option)
        => Array.IndexOf(wish, option) is >= 0 and var at && at + 1 < wish.Length ? wish[at + 1] : null;
}
