using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Desk.Bench.Load;

/// <summary>A whole desk on free ports and in a folder of its own, started and stopped through <c>./desk</c> as anybody would.</summary>
internal sealed class DeskOfItsOwn : IAsyncDisposable
{
    private readonly string _root;

    private readonly IReadOnlyDictionary<string, string> _settings;

    private DeskOfItsOwn(string root, string state, int httpPort, int smtpPort, IReadOnlyDictionary<string, string> settings)
        => (_root, State, HttpPort, SmtpPort, _settings) = (root, state, httpPort, smtpPort, settings);

    public string State { get; }

    public int HttpPort { get; }

    public int SmtpPort { get; }

    public Uri Address => new($"http://localhost:{HttpPort}");

    public string MailFolder => Path.Combine(State, "mail");

    /// <summary>Seconds from the command to ready.</summary>
    public double StartSeconds { get; private set; }

    /// <param name="settings">Environment beside what every such desk is given.</param>
    public static async Task<DeskOfItsOwn> StartAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        var root = FindRoot();
        // Servers that run as another account must be able to reach their data: not under a home folder.
        var state = Path.Combine(Path.GetTempPath(), $"desk-{Guid.CreateVersion7():N}"[..22]);
        Directory.CreateDirectory(state);
        var desk = new DeskOfItsOwn(root, state, FreePort(), FreePort(), settings ?? new Dictionary<string, string>());
        var watch = Stopwatch.StartNew();
        try
        {
            await desk.CommandAsync(TimeSpan.FromMinutes(10), "up", "--detach");
        }
        catch
        {
            await desk.DisposeAsync();
            throw;
        }
        desk.StartSeconds = watch.Elapsed.TotalSeconds;
        return desk;
    }

    /// <summary>An HTTP client with an API key of the scope.</summary>
    public async Task<HttpClient> ClientAsync(string scope)
    {
        var output = await CommandAsync(TimeSpan.FromMinutes(1), "key", "--name", $"bench-{scope}-{Guid.CreateVersion7():N}", "--scope", scope);
        var key = output.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)[^1];
        var client = NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public HttpClient NewClient(bool keepCookies = false) => new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = 64,
        UseCookies = keepCookies,
        AllowAutoRedirect = false,
        UseProxy = false,
    })
    { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>The process that everything else descends from.</summary>
    public int HostPid
    {
        get
        {
            using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(State, "run", "state.json")));
            return document.RootElement.GetProperty("pid").GetInt32();
        }
    }

    /// <summary>What the app host gave a process, by name.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentOf(string resource) => File.ReadAllLines(Path.Combine(State, "run", "env", $"{resource}.env"))
        .Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1].Trim('"', '\''));

    public async Task<string> CommandAsync(TimeSpan atMost, params string[] words)
    {
        var start = new ProcessStartInfo(Path.Combine(_root, "desk"), words)
        {
            WorkingDirectory = _root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["DESK_STATE"] = State,
                ["DESK_HTTP_PORT"] = $"{HttpPort}",
                ["DESK_SMTP_PORT"] = $"{SmtpPort}",
                // The load comes from one address: a visitor's share of the gateway must not be what is measured.
                ["Desk__Limits__AnonymousPerSecond"] = "1000000",
            },
        };
        foreach (var (name, value) in _settings)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(atMost);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"./desk {string.Join(' ', words)} took more than {atMost.TotalSeconds:0} s.");
        }
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"./desk {string.Join(' ', words)} ended with {process.ExitCode}:\n{await output}\n{await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        await CommandAsync(TimeSpan.FromMinutes(1), "down");
        Directory.Delete(State, recursive: true);
    }

    public static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Desk.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException("This program runs inside the repository: Desk.sln was not found above it.");
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
