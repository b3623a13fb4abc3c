using System.Diagnostics;
using Desk.Testing;

namespace Desk.Messaging.Tests;

/// <summary>A <see cref="SmallService"/> in a process of its own, there to be killed.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;

    private Child(Process process) => _process = process;

    public static async Task Main(string[] args)
    {
        if (args is ["bench", ..])
        {
            await Measure.RunAsync(args.Length > 1 ? int.Parse(args[1]) : 10_000);
            return;
        }
        await using var service = await SmallService.StartAsync(args[0], args[1], args[2], args[3]);
        await Wait.Until(service.Ready, "the child is ready");
        Console.WriteLine("ready");
        // Ends when the parent does.
        while (await Console.In.ReadLineAsync() is { } command)
        {
            var words = command.Split(' ');
            var (from, count) = (int.Parse(words[1]), int.Parse(words[2]));
            for (var number = from; number < from + count; number++)
                await service.SayAsync(Guid.Parse(words[0]), new Counted(Guid.Parse(words[0]), number));
            Console.WriteLine("said");
        }
    }

    public static async Task<Child> StartAsync(string name, string database, string rabbit, string prefix)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet")
        {
            ArgumentList = { typeof(Child).Assembly.Location, name, database, rabbit, prefix },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var child = new Child(process);
        await child.ExpectAsync("ready");
        return child;
    }

    /// <summary>Says events in transactions of their own; returns when all are committed.</summary>
    public async Task SayAsync(Guid subject, int from, int count)
    {
        await _process.StandardInput.WriteLineAsync($"{subject} {from} {count}");
        await _process.StandardInput.FlushAsync();
        await ExpectAsync("said");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private async Task ExpectAsync(string word)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line == word)
                return;
        }
        throw new InvalidOperationException($"The child ended before it said '{word}'.");
    }
}
