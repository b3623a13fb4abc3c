using System.Collections.Concurrent;
using System.Diagnostics;

namespace Desk.Messaging;

/// <summary>A promise that another service has taken an event in, so that a read there, straight after, finds it.</summary>
public sealed class Echo
{
    private readonly Echoes _echoes;
    private readonly Guid _messageId;
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Echo(Echoes echoes, Guid messageId) => (_echoes, _messageId, SaidAt) = (echoes, messageId, Stopwatch.GetTimestamp());

    internal long SaidAt { get; }

    /// <summary>True when it was heard in time; false otherwise: the change stands all the same, only the copy may lag.</summary>
    public async Task<bool> HeardAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        try
        {
            await _heard.Task.WaitAsync(atMost, cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            _echoes.Forget(_messageId);
        }
    }

    internal void Heard() => _heard.TrySetResult();
}

/// <summary>The echoes this process waits for. They come to its ear, a queue that lives as long as the process.</summary>
internal sealed class Echoes
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, Echo> _awaited = new();

    /// <summary>The name of this process's ear among the listeners.</summary>
    public string Ear { get; } = Guid.CreateVersion7().ToString("N");

    public string HeaderFor(string listener) => $"{Ear}@{listener}";

    /// <summary>The ear to answer to, when the header asks <paramref name="listener"/> for an echo.</summary>
    public static string? EarIn(string? header, string listener)
        => header?.Split('@') is [var ear, var asked] && asked == listener ? ear : null;

    public Echo Expect(Guid messageId)
    {
        // A caller that rolled back never awaits: such echoes are swept here, seldom, because awaited events are few.
        if (_awaited.Count > 1000)
        {
            foreach (var (id, old) in _awaited)
            {
                if (Stopwatch.GetElapsedTime(old.SaidAt) > Forgotten)
                    _awaited.TryRemove(id, out _);
            }
        }
        return _awaited[messageId] = new Echo(this, messageId);
    }

    public void Heard(Guid messageId)
    {
        if (_awaited.TryRemove(messageId, out var echo))
            echo.Heard();
    }

    public void Forget(Guid messageId) => _awaited.TryRemove(messageId, out _);
}
