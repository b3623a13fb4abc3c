using System.Diagnostics;
using System.Security.Cryptography;

namespace Desk.AppHost.Native;

/// <summary>A server's program is not on this machine.</summary>
public sealed class NotInstalledException(string program, string package)
    : Exception($"{program} is not installed on this machine. Install it with: apt-get install --no-install-recommends {package}")
{
    /// <summary>The Debian package that brings it.</summary>
    public string Package { get; } = package;
}

/// <summary>What PostgreSQL and RabbitMQ have in common when run from a private folder: a process that can be stopped, killed and started again.</summary>
public abstract class NativeServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private ChildProcess? process;

    private protected NativeServer(string name, string folder, string account, int? port, string? password, bool durable)
    {
        Name = name;
        Account = account;
        Port = port ?? Ports.Free();
        Durable = durable;
        Folder = ServerFolder.Make(folder, account);
        Password = KeepPassword(password);
    }

    public string Name { get; }

    /// <summary>Where its data lies; not always the folder asked for (see <see cref="ServerFolder"/>).</summary>
    public string Folder { get; }

    public int Port { get; }

    public string Password { get; }

    public int ProcessId => process?.Id ?? 0;

    /// <summary>Ends when the process does, with its exit code.</summary>
    public Task<int> Exited => process?.Exited ?? Task.FromResult(0);

    protected bool Durable { get; }

    private protected string Account { get; }

    /// <summary>Starts it and returns when it serves. Works again after <see cref="StopAsync"/> or <see cref="KillAsync"/>: same port, same data.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (process is { HasExited: false })
            return;

        var clock = Stopwatch.StartNew();
        while (true)
        {
            process = await LaunchAsync(cancellationToken);
            while (!process.HasExited)
            {
                if (await AnswersAsync(cancellationToken))
                    return;
                if (clock.Elapsed > Patience)
                {
                    await KillAsync();
                    throw new TimeoutException($"{Name} was not ready within {Patience.TotalSeconds:0} s:{Environment.NewLine}{process.Tail}");
                }
                await Task.Delay(50, cancellationToken);
            }
            // What a killed server leaves (backends that are still ending, a name not yet free) goes away by itself: try again for a while.
            if (clock.Elapsed > TimeSpan.FromSeconds(10))
                throw new InvalidOperationException($"{Name} does not start on port {Port}:{Environment.NewLine}{process.Tail}");
            await Task.Delay(300, cancellationToken);
        }
    }

    /// <summary>Stops it in order.</summary>
    public async Task StopAsync()
    {
        if (process is not null)
            await EndAsync(process);
        AfterEnd();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        if (process is not null)
        {
            process.Kill();
            await process.Exited;
        }
        AfterEnd();
    }

    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        await StartAsync(cancellationToken);
    }

    /// <summary>Stops it in order; kills it when its data need not last.</summary>
    public async ValueTask DisposeAsync()
    {
        await (Durable ? StopAsync() : KillAsync());
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<ChildProcess> LaunchAsync(CancellationToken cancellationToken);

    private protected abstract Task<bool> AnswersAsync(CancellationToken cancellationToken);

    private protected abstract Task EndAsync(ChildProcess running);

    private protected virtual void AfterEnd()
    {
    }

    private string KeepPassword(string? given)
    {
        var file = Path.Combine(Folder, "password");
        if (given is null && File.Exists(file))
            return File.ReadAllText(file);
        var password = given ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        PrivateFile.Write(file, password);
        ServerFolder.GiveTo(Account, file);
        return password;
    }
}
