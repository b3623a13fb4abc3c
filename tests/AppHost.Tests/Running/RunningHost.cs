using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Desk.AppHost.Native;

namespace Desk.AppHost.Tests.Running;

/// <summary>The app host of Program.cs as a process of its own: postgres, alpha, and beta twice.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> errors;

    private RunningHost(string state, int alphaPort)
    {
        State = state;
        AlphaPort = alphaPort;
        var start = new ProcessStartInfo("dotnet", [typeof(RunningHost).Assembly.Location, "host"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DESK_STATE"] = state, ["ALPHA_PORT"] = $"{alphaPort}", ["DOTNET_ENVIRONMENT"] = "Development" },
        };
        process = Process.Start(start)!;
        output = process.StandardOutput.ReadToEndAsync();
        errors = process.StandardError.ReadToEndAsync();
    }

    public string State { get; }

    public int AlphaPort { get; }

    public int Pid => process.Id;

    public static RunningHost Launch(string state, int? alphaPort = null) => new(state, alphaPort ?? Ports.Free());

    public static async Task<RunningHost> StartAsync(string state)
    {
        var host = Launch(state);
        await host.UntilAsync("ready", () => host.Read() is { } found && found.GetProperty("ready").GetBoolean());
        return host;
    }

    public async Task<(int Code, string Output, string Errors)> EndAsync()
    {
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(40)).Token);
        return (process.ExitCode, await output, await errors);
    }

    public JsonElement Resource(string name) => Read()!.Value.GetProperty("resources").EnumerateArray().Single(part => part.GetProperty("name").GetString() == name);

    public async Task<Dictionary<string, string>> EnvironmentOfAlphaAsync()
    {
        using var http = new HttpClient();
        return (await http.GetFromJsonAsync<Dictionary<string, string>>($"http://localhost:{AlphaPort}/environment"))!;
    }

    public async Task UntilAsync(string what, Func<bool> holds)
    {
        var since = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.False(process.HasExited, $"the host ended before {what}");
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(60), $"not {what} within a minute");
            await Task.Delay(50);
        }
    }

    public async Task SignalAsync(string signal) => await Process.Start("kill", [signal, $"{process.Id}"]).WaitForExitAsync();

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await SignalAsync("-TERM");
            await EndAsync();
        }
        process.Dispose();
    }

    private JsonElement? Read()
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllText(Path.Combine(State, "run", "state.json"))).RootElement;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
