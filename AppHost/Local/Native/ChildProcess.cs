using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Desk.AppHost.Native;

/// <summary>How to start a process that cannot outlive this one.</summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its arguments, one each.</param>
public sealed record ChildProcessStart(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>Set on top of what this process has; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    public string? WorkingDirectory { get; init; }

    /// <summary>The account to run as when this process runs as root; otherwise the child runs as whoever runs this process.</summary>
    public string? Account { get; init; }

    /// <summary>The signal the kernel sends the child when this process dies, however it dies.</summary>
    public string DeathSignal { get; init; } = "KILL";

    /// <summary>Hears each line of output and errors.</summary>
    public Action<string>? Log { get; init; }
}

/// <summary>
/// A process that cannot outlive this one, even when this one is killed with -9: the kernel signals it. It has a session of its own, so Ctrl+C at the
/// terminal reaches only this process, which then stops its children in order.
/// </summary>
public sealed class ChildProcess
{
    public const int Interrupt = 2, Terminate = 15, KillSignal = 9;

    // The kernel sends the death signal when the thread that started the child ends, not the process: so one thread starts them all and never ends.
    private static readonly BlockingCollection<Action> Starts = [];
    private static readonly Thread Starter = StartStarter();

    private readonly Process process;
    private readonly ConcurrentQueue<string> tail = new();
    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(ChildProcessStart start)
    {
        process = new Process { StartInfo = StartInfo(start), EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Hear(line.Data, start.Log);
        process.ErrorDataReceived += (_, line) => Hear(line.Data, start.Log);
        // Not WaitForExitAsync: that waits for the output to close as well, which a grandchild may hold open.
        process.Exited += (_, _) => exited.TrySetResult(process.ExitCode);
    }

    public static bool RunsAsRoot { get; } = Environment.IsPrivilegedProcess;

    public int Id { get; private set; }

    /// <summary>Ends with the exit code.</summary>
    public Task<int> Exited => exited.Task;

    public bool HasExited => exited.Task.IsCompleted || process.HasExited;

    /// <summary>The last lines that the process printed.</summary>
    public string Tail => string.Join(Environment.NewLine, tail);

    public static ChildProcess Start(ChildProcessStart start)
    {
        var child = new ChildProcess(start);
        var started = new TaskCompletionSource();
        Starts.Add(() =>
        {
            try
            {
                child.process.Start();
                started.SetResult();
            }
            catch (Exception failure)
            {
                started.SetException(failure);
            }
        });
        started.Task.GetAwaiter().GetResult();
        child.Id = child.process.Id;
        child.process.StandardInput.Close();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program to its end and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds its output.</exception>
    public static async Task<string> RunAsync(ChildProcessStart start, CancellationToken cancellationToken = default)
    {
        var child = Start(start);
        await using var killed = cancellationToken.Register(child.Kill);
        var code = await child.Exited;
        await child.process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return code == 0
            ? child.Tail
            : throw new InvalidOperationException($"{Path.GetFileName(start.FileName)} failed with {code}:{Environment.NewLine}{child.Tail}");
    }

    /// <summary>Sends a signal; does nothing when the process has ended.</summary>
    public void Signal(int signal)
    {
        if (!HasExited)
            _ = SendSignal(Id, signal);
    }

    public void Kill() => Signal(KillSignal);

    /// <summary>Asks by a signal and kills when <paramref name="patience"/> is over.</summary>
    public async Task StopAsync(int signal, TimeSpan patience)
    {
        Signal(signal);
        if (await Task.WhenAny(Exited, Task.Delay(patience)) != Exited)
            Kill();
        await Exited;
    }

    private static ProcessStartInfo StartInfo(ChildProcessStart start)
    {
        // setsid, then the account, then the death signal: it comes last because a change of account clears it. Each replaces itself by the next.
        var account = RunsAsRoot ? start.Account : null;
        var info = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = start.WorkingDirectory ?? "/",
        };
        string[] asAccount = account is null ? [] : ["setpriv", $"--reuid={account}", $"--regid={account}", "--init-groups"];
        foreach (var argument in (string[])[.. asAccount, "setpriv", "--pdeathsig", start.DeathSignal, start.FileName, .. start.Arguments])
            info.ArgumentList.Add(argument);
        foreach (var (name, value) in start.Environment)
            info.Environment[name] = value;
        return info;
    }

    private static Thread StartStarter()
    {
        var thread = new Thread(() =>
        {
            foreach (var start in Starts.GetConsumingEnumerable())
                start();
        })
        { IsBackground = true, Name = "starts children" };
        thread.Start();
        return thread;
    }

    private void Hear(string? line, Action<string>? log)
    {
        if (line is null)
            return;
        tail.Enqueue(line);
        while (tail.Count > 40)
            tail.TryDequeue(out _);
        log?.Invoke(line);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int pid, int signal);
}
