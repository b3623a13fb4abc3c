using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Desk.AppHost.Native;

namespace Desk.AppHost.Tests.Running;

public sealed class HostTests
{
    [Fact]
    public async Task A_process_is_given_what_Aspire_would_give_it()
    {
        using var folder = new TemporaryFolder();
        await using var host = await RunningHost.StartAsync(folder.Path);

        var given = await host.EnvironmentOfAlphaAsync();

        Assert.Equal($"http://localhost:{host.AlphaPort}", given["ASPNETCORE_URLS"]);
        Assert.Equal("Development", given["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal("alpha", given["OTEL_SERVICE_NAME"]);
        Assert.StartsWith("service.instance.id=", given["OTEL_RESOURCE_ATTRIBUTES"], StringComparison.Ordinal);
        Assert.Matches("^Host=127.0.0.1;Port=[0-9]+;Username=postgres;Password=[^;]+;Database=alpha$", given["ConnectionStrings__alpha"]);
        Assert.Equal(host.Resource("beta").GetProperty("url").GetString(), given["services__beta__http__0"]);
        Assert.Equal(host.Resource("beta-1").GetProperty("url").GetString(), given["services__beta__http__1"]);
        Assert.Equal(40, given["Alpha__Key"].Length);
        Assert.InRange(int.Parse(given["Alpha__MailPort"]), 1, 65535);
        Assert.Equal("", given["Alpha__Unset"]);

        var kept = Path.Combine(folder.Path, "run", "env", "alpha.env");
        Assert.Contains($"Alpha__Key={given["Alpha__Key"]}", await File.ReadAllLinesAsync(kept));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["secrets.json"]));
    }

    [Fact]
    public async Task A_killed_service_comes_back_on_its_port_and_an_orderly_stop_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        var host = await RunningHost.StartAsync(folder.Path);
        var before = host.Resource("beta");

        Process.GetProcessById(before.GetProperty("pid").GetInt32()).Kill();
        await host.UntilAsync("beta back", () => host.Resource("beta") is var now
            && now.GetProperty("restarts").GetInt32() == 1 && now.GetProperty("state").GetString() == "ready");

        Assert.Equal(before.GetProperty("url").GetString(), host.Resource("beta").GetProperty("url").GetString());
        Assert.Contains("was ended by signal 9", await File.ReadAllTextAsync(Path.Combine(folder.Path, "logs", "beta.log")));

        var tree = Processes.Tree(host.Pid);
        await host.SignalAsync("-TERM");
        Assert.Equal(0, (await host.EndAsync()).Code);
        await Processes.AllGoneAsync(tree);
        Assert.False(File.Exists(Path.Combine(folder.Path, "run", "state.json")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(folder.Path, "run", "env")));
    }

    [Fact]
    public async Task A_host_killed_with_9_leaves_no_child()
    {
        using var folder = new TemporaryFolder();
        await using var host = await RunningHost.StartAsync(folder.Path);
        var tree = Processes.Tree(host.Pid);
        Assert.True(tree.Count >= 5, "the host, postgres and what that starts, alpha, and beta twice");

        await host.SignalAsync("-KILL");
        await host.EndAsync();

        await Processes.AllGoneAsync(tree);
    }

    [Fact]
    public async Task A_second_host_beside_the_first_is_refused_and_harms_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var first = await RunningHost.StartAsync(folder.Path);

        await using var second = RunningHost.Launch(folder.Path);
        var (code, _, errors) = await second.EndAsync();

        Assert.NotEqual(0, code);
        Assert.Contains($"already runs (pid {first.Pid}", errors, StringComparison.Ordinal);
        Assert.Equal("alpha", (await first.EnvironmentOfAlphaAsync())["OTEL_SERVICE_NAME"]);
    }

    [Fact]
    public async Task A_port_in_use_stops_the_start_and_is_named_with_its_holder()
    {
        using var folder = new TemporaryFolder();
        using var listener = new TcpListener(IPAddress.Loopback, Ports.Free());
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        await using var host = RunningHost.Launch(folder.Path, port);
        var (code, _, errors) = await host.EndAsync();

        Assert.NotEqual(0, code);
        Assert.Contains($"Port {port}, for alpha (http), is in use by", errors, StringComparison.Ordinal);
        Assert.Contains($"(pid {Environment.ProcessId})", errors, StringComparison.Ordinal);
    }
}
