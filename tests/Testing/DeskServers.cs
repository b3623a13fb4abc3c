using Desk.AppHost.Native;

namespace Desk.Testing;

/// <summary>
/// One PostgreSQL and one RabbitMQ for all tests of a process, started natively when the first test asks, ended with the process.
/// No fixture is needed: whoever asks for it first starts it.
/// </summary>
public sealed class DeskServers
{
    private static readonly Lazy<Task<DeskServers>> Shared = new(StartAsync);

    private const string Prefix = "desk-tests-";

    private int _databases;

    private DeskServers(NativePostgres postgres, NativeRabbit rabbit, string folder) => (Postgres, Rabbit, Folder) = (postgres, rabbit, folder);

    public NativePostgres Postgres { get; }

    public NativeRabbit Rabbit { get; }

    /// <summary>For whatever the tests of this process write; removed with it.</summary>
    public string Folder { get; }

    /// <summary>The servers, running. The first call takes about five seconds.</summary>
    public static Task<DeskServers> GetAsync() => Shared.Value;

    /// <summary>An empty database of its own; returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string name = "test")
    {
        var database = $"{name}_{Interlocked.Increment(ref _databases)}";
        await Postgres.CreateDatabaseAsync(database);
        return Postgres.ConnectionString(database) + ";Include Error Detail=true";
    }

    /// <summary>The broker as a test sees it, with queue names of its own unless given those of another.</summary>
    public Task<TestBroker> ConnectAsync(string? prefix = null) => TestBroker.StartAsync(this, prefix);

    private static async Task<DeskServers> StartAsync()
    {
        RemoveLeftovers();
        // Not CreateTempSubdirectory: the servers' own accounts must be able to pass it.
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"{Prefix}{Environment.ProcessId}-{Guid.CreateVersion7():N}")).FullName;
        // Tests lose nothing by a power cut, and flushing is most of their time. Measurements flush: DESK_TEST_DURABLE=1.
        var durable = Environment.GetEnvironmentVariable("DESK_TEST_DURABLE") == "1";
        var postgres = NativePostgres.StartAsync(new PostgresOptions(Path.Combine(folder, "postgres")) { Durable = durable });
        var rabbit = NativeRabbit.StartAsync(new RabbitOptions(Path.Combine(folder, "rabbit")) { Durable = durable });
        var servers = new DeskServers(await postgres, await rabbit, folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => servers.End();
        return servers;
    }

    /// <summary>A test process that is killed, as test runners do to the slow, can't tidy up. The next one does it.</summary>
    private static void RemoveLeftovers()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (int.TryParse(Path.GetFileName(folder)[Prefix.Length..].Split('-')[0], out var process) && !Directory.Exists($"/proc/{process}"))
                Remove(folder);
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception left) when (left is IOException or UnauthorizedAccessException)
        {
            // A server's last file may still be on its way; the folder is temporary anyway.
        }
    }

    private void End()
    {
        Postgres.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(5));
        Rabbit.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(5));
        foreach (var folder in new[] { Postgres.Folder, Rabbit.Folder, Folder }.Where(Directory.Exists))
            Remove(folder);
    }
}
