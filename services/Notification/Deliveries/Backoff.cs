namespace Desk.Notification.Deliveries;

/// <summary>When to try again: soon at first, for a mail server that restarts; then seldom, for one that is gone for the night.</summary>
internal static class Backoff
{
    private static readonly TimeSpan[] Waits =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(8)];

    /// <summary>The wait after so many failed tries; null when it is time to give up.</summary>
    public static TimeSpan? After(int tries) => tries >= 1 && tries <= Waits.Length ? Waits[tries - 1] : null;
}
