using System.Net.Sockets;
using System.Text;

namespace Desk.AppHost.Native;

/// <summary>How to run RabbitMQ from a private folder.</summary>
/// <param name="Folder">Its own folder; made when it is not there, kept when it is.</param>
/// <param name="Port">The AMQP port on 127.0.0.1; a free one when not given.</param>
public sealed record RabbitOptions(string Folder, int? Port = null)
{
    /// <summary>False lets it be killed on dispose: for tests only.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Of the account <see cref="UserName"/>; generated and kept in the folder when not given. Counts only at the first start.</summary>
    public string? Password { get; init; }

    public string UserName { get; init; } = "desk";

    public Action<string>? Log { get; init; }
}

/// <summary>RabbitMQ as a child of this process, from Debian's package, without touching the system's own broker. Plugins are off.</summary>
public sealed class NativeRabbit : NativeServer
{
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private const string Node = "desk@localhost";

    private readonly RabbitOptions options;
    private readonly int distributionPort = Ports.Free();
    private readonly int namesPort = Ports.Free();
    private ChildProcess? names;

    private NativeRabbit(RabbitOptions options)
        : base("RabbitMQ", options.Folder, "rabbitmq", options.Port, options.Password, options.Durable)
        => this.options = options;

    public string ConnectionString => $"amqp://{options.UserName}:{Password}@127.0.0.1:{Port}";

    public static async Task<NativeRabbit> StartAsync(RabbitOptions options, CancellationToken cancellationToken = default)
    {
        var server = Prepare(options);
        await server.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>Not started yet, but its port and password are known.</summary>
    public static NativeRabbit Prepare(RabbitOptions options)
    {
        // The one in sbin is a wrapper that refuses every account but its own.
        if (!File.Exists(Program))
            throw new NotInstalledException("RabbitMQ", "rabbitmq-server");
        return new NativeRabbit(options);
    }

    /// <summary>
    /// Whether a quorum queue would outlive <c>kill -9</c>. The register of these queues is written half a second after the last change or later;
    /// one that was lost with it comes back without a leader, and neither takes nor gives anything.
    /// </summary>
    public bool HasOnDisk(string queue)
    {
        var register = Path.Combine(Folder, "data", Node, "quorum", Node, "names.dets");
        // The name in Erlang's term format: what follows it is the tag of the next binary.
        return File.Exists(register) && File.ReadAllBytes(register).AsSpan().IndexOf(Encoding.UTF8.GetBytes($"%2F_{queue}m\0")) >= 0;
    }

    private protected override async Task<ChildProcess> LaunchAsync(CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string?>
        {
            ["HOME"] = Folder,
            ["ERL_EPMD_PORT"] = $"{namesPort}",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            // Otherwise the script stays between us and the broker, and our signals reach only the script.
            ["RUNNING_UNDER_SYSTEMD"] = "true",
        };
        // Erlang's name server. Left to itself, RabbitMQ starts one that stays behind for ever.
        if (names is null or { HasExited: true })
            names = ChildProcess.Start(new("epmd", []) { Account = Account, Environment = environment });

        var configuration = Path.Combine(Folder, "rabbitmq.conf");
        var plugins = Path.Combine(Folder, "enabled_plugins");
        await File.WriteAllTextAsync(configuration, Settings(), cancellationToken);
        await File.WriteAllTextAsync(plugins, "[].\n", cancellationToken);
        ServerFolder.GiveTo(Account, configuration);
        ServerFolder.GiveTo(Account, plugins);

        var schedulers = Math.Min(Environment.ProcessorCount, 4);
        foreach (var (name, value) in new Dictionary<string, string>
        {
            // The data belongs to a node's name: it stays the same whatever the ports.
            ["NODENAME"] = Node,
            ["NODE_IP_ADDRESS"] = "127.0.0.1",
            ["NODE_PORT"] = $"{Port}",
            ["DIST_PORT"] = $"{distributionPort}",
            ["SCRIPTS_DIR"] = RabbitHome.Make(Path.Combine(Folder, "home"), Program),
            ["CONF_ENV_FILE"] = "/dev/null",
            ["CONFIG_FILE"] = configuration,
            ["ADVANCED_CONFIG_FILE"] = Path.Combine(Folder, "advanced.config"),
            ["ENABLED_PLUGINS_FILE"] = plugins,
            ["GENERATED_CONFIG_DIR"] = Path.Combine(Folder, "generated"),
            ["MNESIA_BASE"] = Path.Combine(Folder, "data"),
            ["LOG_BASE"] = Path.Combine(Folder, "log"),
            ["LOGS"] = "-",
            ["PID_FILE"] = Path.Combine(Folder, "pid"),
            // Schedulers that do not spin while they wait: there are services to run beside it.
            ["SERVER_ADDITIONAL_ERL_ARGS"] =
                $"+S {schedulers}:{schedulers} +sbwt none +sbwtdcpu none +sbwtdio none -start_epmd false -kernel inet_dist_use_interface {{127,0,0,1}}",
        })
        {
            environment[$"RABBITMQ_{name}"] = value;
        }
        return ChildProcess.Start(new(Program, [])
        {
            Account = Account,
            Environment = environment,
            WorkingDirectory = Folder,
            // An orderly stop, about a second: the register of quorum queues is written late, and a queue declared just before kill -9 may be lost with it.
            DeathSignal = "TERM",
            Log = options.Log,
        });
    }

    private protected override async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        // RabbitMQ opens its listener last; its first frame (Connection.Start) says that it is ready for us, not only that somebody listens.
        try
        {
            using var client = new TcpClient();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(3));
            await client.ConnectAsync("127.0.0.1", Port, limit.Token);
            await client.GetStream().WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), limit.Token);
            var frame = new byte[1];
            return await client.GetStream().ReadAsync(frame, limit.Token) == 1 && frame[0] == 1;
        }
        catch (Exception failure) when (failure is SocketException or IOException
            || failure is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private protected override Task EndAsync(ChildProcess running) => running.StopAsync(ChildProcess.Terminate, TimeSpan.FromSeconds(20));

    private protected override void AfterEnd()
    {
        names?.Kill();
        names = null;
    }

    private string Settings() =>
        $"""
        # Written by the desk's app host at each start.
        listeners.tcp.default = 127.0.0.1:{Port}
        num_acceptors.tcp = 2
        default_user = {options.UserName}
        default_pass = {Password}
        default_user_tags.administrator = true
        loopback_users = none
        log.console = true
        log.console.level = warning
        vm_memory_high_watermark.absolute = 768MB
        disk_free_limit.absolute = 100MB
        # The quorum queues' log is held in memory until it is rolled over.
        raft.wal_max_size_bytes = 33554432

        """;
}
