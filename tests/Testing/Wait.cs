using System.Diagnostics;

namespace Desk.Testing;

/// <summary>Waits for the thing itself, with a time limit.</summary>
public static class Wait
{
    private static readonly TimeSpan Usually = TimeSpan.FromSeconds(30);

    /// <summary>Until the condition holds. Fails, saying what was awaited, when it does not hold in time (30 s unless told).</summary>
    public static Task Until(Func<bool> condition, string what, TimeSpan? atMost = null)
        => Until(() => Task.FromResult(condition()), what, atMost);

    public static async Task Until(Func<Task<bool>> condition, string what, TimeSpan? atMost = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > (atMost ?? Usually))
                throw new TimeoutException($"Waited {atMost ?? Usually} in vain until {what}.");
            await Task.Delay(20);
        }
    }

    /// <summary>Asks until there is an answer (not null), and returns it.</summary>
    public static async Task<T> For<T>(Func<Task<T?>> ask, string what, TimeSpan? atMost = null) where T : class
    {
        T? answer = null;
        await Until(async () => (answer = await ask()) is not null, $"there is {what}", atMost);
        return answer!;
    }

    /// <summary>Asserts until the assertion passes; its own failure is thrown when time is up.</summary>
    public static async Task Eventually(Func<Task> assertion, TimeSpan? atMost = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch (Exception) when (Stopwatch.GetElapsedTime(started) < (atMost ?? Usually))
            {
                await Task.Delay(20);
            }
        }
    }
}
