using System.Diagnostics;
using System.Runtime.InteropServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Desk.AppHost.Native;
using Microsoft.Extensions.Configuration;

namespace Desk.AppHost.Running;

/// <summary>Runs what AppHost.cs describes: starts it in the order of its waits, keeps it running, stops it in order.</summary>
internal sealed class DeskHost(DeskFolders folders, IConfiguration configuration, IReadOnlyList<IResource> resources)
{
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Lock gate = new();
    private List<Runner> runners = [];
    private double? startSeconds;

    /// <returns>The exit code of the app host.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        folders.Make();
        using var held = DeskLock.TryTake(folders);
        if (held is null)
        {
            var other = DeskState.Read(folders);
            Console.Error.WriteLine($"The desk in {folders.Root} already runs{(other is null ? "" : $" (pid {other.Pid}{(other.Address is null ? "" : $", {other.Address}")})")}. Stop it with ./desk down.");
            return 1;
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupted = StopOn(PosixSignal.SIGINT, stopping);
        using var terminated = StopOn(PosixSignal.SIGTERM, stopping);
        using var hungUp = StopOn(PosixSignal.SIGHUP, stopping);
        try
        {
            ForgetEnvironments();
            AllocatePorts();
            runners = MakeRunners();
            var running = runners.Select(runner => runner.RunAsync(stopping.Token)).ToList();
            await Task.WhenAll(runners.Select(TellWhenReadyAsync));
            startSeconds = clock.Elapsed.TotalSeconds;
            WriteState();
            Summary.Print(DeskState.Read(folders)!, folders, Console.Out);
            await Task.WhenAll(running);
            return 0;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception failure) when (failure is DistributedApplicationException or NotInstalledException or InvalidOperationException or TimeoutException)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
        finally
        {
            await stopping.CancelAsync();
            await StopAsync();
        }
    }

    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stopping) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        // The second time, those who wait no longer: the children die with this process.
        if (stopping.IsCancellationRequested)
            Environment.Exit(130);
        stopping.Cancel();
    });

    private void AllocatePorts()
    {
        foreach (var project in resources.OfType<ProjectResource>())
        {
            foreach (var endpoint in project.Endpoints)
            {
                for (var replica = 0; replica < project.Replicas; replica++)
                {
                    // Nothing stands between here, so a known port can be listened on only once: further replicas take one of their own.
                    var port = replica == 0 ? endpoint.Port ?? endpoint.TargetPort : null;
                    if (port is { } wanted && !Ports.IsFree(wanted))
                        throw new DistributedApplicationException(
                            $"Port {wanted}, for {project.Name} ({endpoint.Name}), is in use by {Ports.HolderOf(wanted) ?? "another process"}.");
                    endpoint.Allocated.Add(port ?? Ports.Free());
                }
            }
        }
    }

    private List<Runner> MakeRunners()
    {
        var made = new List<(IResource Resource, Runner Runner)>();
        foreach (var resource in resources)
        {
            switch (resource)
            {
                case PostgresServerResource postgres:
                    made.Add((resource, new PostgresRunner(postgres, folders)));
                    break;
                case RabbitMQServerResource rabbit:
                    made.Add((resource, new RabbitRunner(rabbit, folders)));
                    break;
                case ProjectResource project:
                    made.AddRange(Enumerable.Range(0, project.Replicas)
                        .Select(replica => ((IResource)project, (Runner)new ProjectRunner(project, replica, folders, configuration))));
                    break;
            }
        }
        foreach (var (resource, runner) in made)
        {
            var waits = ((Resource)resource).Waits.Select(other => other is PostgresDatabaseResource database ? database.Parent : other).ToHashSet();
            runner.WaitsFor = [.. made.Where(other => waits.Contains(other.Resource)).Select(other => other.Runner)];
        }
        var all = made.Select(pair => pair.Runner).ToList();
        if (configuration["DESK_DASHBOARD"] is { Length: > 0 } program)
            all.Add(new DashboardRunner(program, configuration, folders));
        foreach (var runner in all)
            runner.Changed += WriteState;
        return all;
    }

    private async Task TellWhenReadyAsync(Runner runner)
    {
        await runner.Ready;
        Console.WriteLine($"  {runner.Name,-14} ready  {runner.ReadyAfter?.TotalSeconds,5:0.0} s");
    }

    private void WriteState()
    {
        lock (gate)
        {
            var endpoints = resources.OfType<ProjectResource>().SelectMany(project => project.Endpoints).Where(endpoint => endpoint.IsExternal).ToList();
            new DeskState(
                Environment.ProcessId,
                startSeconds is not null,
                startSeconds,
                configuration["DESK_PUBLIC_URL"] ?? endpoints.Find(endpoint => endpoint.UriScheme == "http")?.Url(0),
                endpoints.Find(endpoint => endpoint.UriScheme == "tcp")?.Allocated[0],
                runners.OfType<DashboardRunner>().FirstOrDefault()?.Url,
                [.. runners.Select(runner => new DeskState.Part(
                    runner.Name, runner.State, runner.Pid, runner.Url, runner.Restarts, runner.ReadyAfter?.TotalSeconds))]).Write(folders);
        }
    }

    /// <summary>First those who work, then what they work with.</summary>
    private async Task StopAsync()
    {
        await Task.WhenAll(runners.OfType<ProjectRunner>().Select(runner => runner.DisposeAsync().AsTask()));
        await Task.WhenAll(runners.Except(runners.OfType<ProjectRunner>()).Select(runner => runner.DisposeAsync().AsTask()));
        File.Delete(folders.State);
        ForgetEnvironments();
    }

    // They hold passwords and keys, and are for those who work beside a desk that runs.
    private void ForgetEnvironments()
    {
        foreach (var file in Directory.EnumerateFiles(folders.Environments))
            File.Delete(file);
    }
}
