using System.Globalization;
using Npgsql;

namespace Desk.AppHost.Native;

/// <summary>How to run PostgreSQL from a private folder.</summary>
/// <param name="Folder">Its own folder; made when it is not there, kept when it is.</param>
/// <param name="Port">The port on 127.0.0.1; a free one when not given.</param>
public sealed record PostgresOptions(string Folder, int? Port = null)
{
    /// <summary>False lets it forget on a power cut (fsync off), not when it is killed, and be killed on dispose: for tests only.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Of the account <c>postgres</c>; generated and kept in the folder when not given.</summary>
    public string? Password { get; init; }

    public int MaxConnections { get; init; } = 300;

    public string SharedBuffers { get; init; } = "192MB";

    public Action<string>? Log { get; init; }
}

/// <summary>PostgreSQL as a child of this process, from Debian's package, without touching the system's own clusters.</summary>
public sealed class NativePostgres : NativeServer
{
    private readonly PostgresOptions options;
    private readonly string bin;
    private readonly string data;

    private NativePostgres(PostgresOptions options)
        : base("PostgreSQL", options.Folder, "postgres", options.Port, options.Password, options.Durable)
    {
        this.options = options;
        data = Path.Combine(Folder, "data");
        bin = FindBinaries(data);
    }

    public static async Task<NativePostgres> StartAsync(PostgresOptions options, CancellationToken cancellationToken = default)
    {
        var server = Prepare(options);
        await server.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>Not started yet, but its port and password are known.</summary>
    public static NativePostgres Prepare(PostgresOptions options)
    {
        FindBinaries(null);
        return new NativePostgres(options);
    }

    public string ConnectionString(string database = "postgres") => $"Host=127.0.0.1;Port={Port};Username=postgres;Password={Password};Database={database}";

    /// <summary>Creates a database unless it is there.</summary>
    public async Task CreateDatabaseAsync(string name, CancellationToken cancellationToken = default)
    {
        await using var connection = new NpgsqlConnection(ConnectionString() + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = name } } };
        if (await exists.ExecuteScalarAsync(cancellationToken) is not null)
            return;
        await using var create = new NpgsqlCommand($"create database \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    private protected override async Task<ChildProcess> LaunchAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
            await InitialiseAsync(cancellationToken);
        // Ours alone, written at each start: settings never drift from what this version of the desk wants.
        await File.WriteAllTextAsync(Path.Combine(data, "postgresql.conf"), Settings(), cancellationToken);
        return ChildProcess.Start(new(Path.Combine(bin, "postgres"), ["-D", data])
        {
            Account = Account,
            // Immediate shutdown: the postmaster takes its backends with it, and the write-ahead log makes it whole at the next start.
            DeathSignal = "QUIT",
            Log = options.Log,
        });
    }

    private protected override async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString() + ";Pooling=false;Timeout=2");
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            return false;
        }
    }

    // SIGINT is the fast shutdown; SIGTERM would wait for every client to go.
    private protected override Task EndAsync(ChildProcess running) => running.StopAsync(ChildProcess.Interrupt, TimeSpan.FromSeconds(20));

    private static string FindBinaries(string? data)
    {
        const string versions = "/usr/lib/postgresql";
        var installed = Directory.Exists(versions)
            ? Directory.GetDirectories(versions)
                .Where(version => File.Exists(Path.Combine(version, "bin", "initdb")))
                .OrderByDescending(version => int.TryParse(Path.GetFileName(version), CultureInfo.InvariantCulture, out var number) ? number : 0)
                .ToArray()
            : [];
        if (installed.Length == 0)
            throw new NotInstalledException("PostgreSQL", "postgresql");

        var written = data is null ? null : Path.Combine(data, "PG_VERSION");
        if (written is null || !File.Exists(written))
            return Path.Combine(installed[0], "bin");
        var version = File.ReadAllText(written).Trim();
        return installed.FirstOrDefault(path => Path.GetFileName(path) == version) is { } match
            ? Path.Combine(match, "bin")
            : throw new NotInstalledException($"PostgreSQL {version}, which wrote {data},", $"postgresql-{version}");
    }

    private async Task InitialiseAsync(CancellationToken cancellationToken)
    {
        // What an interrupted first start left.
        if (Directory.Exists(data))
            Directory.Delete(data, recursive: true);
        List<string> arguments =
        [
            "--pgdata", data, "--username", "postgres", "--pwfile", Path.Combine(Folder, "password"), "--auth", "scram-sha-256",
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions", Durable ? "--data-checksums" : "--no-sync",
        ];
        await ChildProcess.RunAsync(new(Path.Combine(bin, "initdb"), arguments) { Account = Account }, cancellationToken);
    }

    private string Settings() =>
        $"""
        # Written by the desk's app host at each start.
        listen_addresses = '127.0.0.1'
        port = {Port}
        unix_socket_directories = ''
        max_connections = {options.MaxConnections}
        shared_buffers = {options.SharedBuffers}
        effective_cache_size = 1GB
        work_mem = 8MB
        maintenance_work_mem = 64MB
        random_page_cost = 1.1
        jit = off
        max_parallel_workers_per_gather = 0
        wal_compression = on
        min_wal_size = 128MB
        max_wal_size = 1GB
        checkpoint_timeout = 15min
        autovacuum_naptime = 20s
        fsync = {(Durable ? "on" : "off")}
        full_page_writes = {(Durable ? "on" : "off")}
        timezone = 'UTC'
        log_timezone = 'UTC'
        lc_messages = 'C'
        default_text_search_config = 'pg_catalog.simple'
        log_line_prefix = '%m [%p] %d '
        log_min_duration_statement = 1s
        log_checkpoints = off

        """;
}
