using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Desk.Intake.Mail.Imap;

/// <summary>
/// Fetches what is new in one mailbox, for as long as the desk runs: a small batch of uids at a time, each mail stored before the mailbox is told, the
/// mailbox told before the place is noted. Whatever dies in between, the same mails come again, and <see cref="MailIntake"/> knows them.
/// </summary>
internal sealed partial class MailboxFetcher(
    MailboxSettings mailbox, Guid holder, NpgsqlDataSource database, MailIntake intake, int largestMail, AccessTokens tokens, TimeProvider clock,
    ILogger<MailboxFetcher> logger)
{
    private const int AtOnce = 20;
    private const uint NarrowestSearch = 1_000;
    private const uint WidestSearch = 65_536;
    private const int LargeMail = 1024 * 1024;
    private const int MostTries = 5;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    // Large mails of all mailboxes: so many are in memory at the same time.
    private static readonly SemaphoreSlim LargeMails = new(2);

    private (uint Uid, int Tries) _trouble;
    private int _failures;

    public async Task RunAsync(CancellationToken stopping)
    {
        // The host starts its services one after the other: none waits for a mailbox.
        await Task.Yield();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var wait = await FetchAsync(stopping) ? Backoff() : MailboxStore.Turn / 12;
                await Task.Delay(wait, clock, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
        }
        await LeaveAsync();
    }

    /// <summary>Until the connection ends, or the store is away. False when another process has the turn.</summary>
    private async Task<bool> FetchAsync(CancellationToken stopping)
    {
        try
        {
            if (await MailboxStore.TakeTurnAsync(database, mailbox.Name, holder, stopping) is not { } place)
                return false;
            await using var imap = await ImapMailbox.OpenAsync(mailbox, tokens, clock, stopping);
            var last = place.LastUid;
            if (place.UidValidity != imap.UidValidity)
            {
                if (place.UidValidity is not null)
                    LogRenumbered(logger, mailbox.Name);
                last = 0;
                await ReachedAsync(imap, 0, 0, [], stopping);
            }
            while (true)
            {
                last = await CatchUpAsync(imap, last, stopping);
                await ReachedAsync(imap, last, 0, [], stopping);
                _failures = 0;
                await imap.WaitAsync(mailbox.Pause < MailboxStore.Turn / 3 ? mailbox.Pause : MailboxStore.Turn / 3, stopping);
            }
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            _failures++;
            if (!IsAway(failure))
                LogFault(logger, failure, mailbox.Name);
            await NoteAsync(failure is OperationCanceledException ? "it did not answer in time." : failure.Message);
            return true;
        }
    }

    private async Task<uint> CatchUpAsync(ImapMailbox imap, uint last, CancellationToken stopping)
    {
        var highest = await imap.HighestAsync(stopping);
        var width = NarrowestSearch;
        while (last < highest)
        {
            var to = (uint)Math.Min((ulong)last + width, highest);
            var uids = await imap.FindAsync(last + 1, to, stopping);
            for (var at = 0; at < uids.Count;)
            {
                var batch = await TakeAsync(imap, [.. uids.Skip(at).Take(AtOnce)], stopping);
                at += batch.Looked;
                last = uids[at - 1];
                await ReachedAsync(imap, last, batch.Taken, batch.PassedOver, stopping);
            }
            // Uids may have gaps of any size, where mails were removed.
            width = uids.Count > 0 ? NarrowestSearch : Math.Min(width * 2, WidestSearch);
            last = to;
        }
        return last;
    }

    private async Task<Batch> TakeAsync(ImapMailbox imap, IReadOnlyList<uint> uids, CancellationToken stopping)
    {
        var started = clock.GetTimestamp();
        var looked = 0;
        var there = await imap.DescribeAsync(uids, stopping);
        var stored = new List<uint>();
        var passedOver = new List<uint>();
        var tooLarge = new List<uint>();
        foreach (var uid in uids)
        {
            // Large mails over a slow line: what is done so far is noted before the turn ends.
            if (looked > 0 && clock.GetElapsedTime(started) > MailboxStore.Turn / 3)
                break;
            looked++;
            if (!there.TryGetValue(uid, out var about))
                continue;
            if (_trouble.Uid == uid && _trouble.Tries >= MostTries)
            {
                // One mail that cannot be fetched must not hold up all that come after it.
                LogPassedOver(logger, mailbox.Name, uid);
                passedOver.Add(uid);
                continue;
            }
            var isLarge = about.Size > LargeMail;
            if (isLarge)
                await LargeMails.WaitAsync(stopping);
            try
            {
                var cut = about.Size > largestMail;
                if (await TakeOneAsync(imap, about, cut, stopping))
                    (cut ? tooLarge : stored).Add(uid);
            }
            finally
            {
                if (isLarge)
                    LargeMails.Release();
            }
        }
        await SettleAsync(imap, stored, tooLarge, stopping);
        return new Batch(looked, stored.Count + tooLarge.Count, passedOver);
    }

    /// <summary>False when somebody has removed it meanwhile.</summary>
    private async Task<bool> TakeOneAsync(ImapMailbox imap, ImapMail about, bool cut, CancellationToken stopping)
    {
        try
        {
            if (await imap.FetchAsync(about.Uid, largestMail, cut, stopping) is not { } content)
                return false;
            await intake.TakeAsync(content, Envelope(about, cut), stopping);
            return true;
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or NpgsqlException))
        {
            _trouble = (about.Uid, _trouble.Uid == about.Uid ? _trouble.Tries + 1 : 1);
            throw;
        }
    }

    private async Task SettleAsync(ImapMailbox imap, List<uint> stored, List<uint> tooLarge, CancellationToken stopping)
    {
        try
        {
            await imap.SettleAsync(stored, stopping);
            foreach (var uid in tooLarge)
                await imap.FlagAsync(uid, stopping);
        }
        catch (ImapRefusedException refusal)
        {
            // They are stored; that they stay where they are is told, and stops nothing.
            await NoteAsync(refusal.Message);
        }
    }

    private MailEnvelope Envelope(ImapMail about, bool cut) => new("imap", null, [mailbox.Address], mailbox.Name)
    {
        Handle = $"{mailbox.Name} {about.Arrived}",
        CutShort = cut
            ? string.Create(CultureInfo.InvariantCulture, $"The mail is {about.Size} bytes; at most {largestMail} are taken. Its beginning is kept here, the whole of it lies in the mailbox {mailbox.Name}.")
            : null,
        Door = mailbox.Door,
    };

    private async Task ReachedAsync(ImapMailbox imap, uint last, int taken, IReadOnlyList<uint> passedOver, CancellationToken stopping)
    {
        if (!await MailboxStore.ReachedAsync(database, mailbox.Name, holder, imap.UidValidity, last, taken, passedOver, clock.GetUtcNow(), stopping))
            throw new IOException("another process has the turn of this mailbox.");
    }

    private async Task NoteAsync(string error)
    {
        LogFailed(logger, mailbox.Name, error);
        try
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5), clock);
            await MailboxStore.FailedAsync(database, mailbox.Name, PlainText.Line(error, 500), clock.GetUtcNow(), soon.Token);
        }
        catch (Exception away) when (away is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            // The store is away, which is logged already.
        }
    }

    private async Task LeaveAsync()
    {
        try
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5), clock);
            await MailboxStore.LeaveAsync(database, mailbox.Name, holder, soon.Token);
        }
        catch (Exception away) when (away is NpgsqlException or OperationCanceledException or TimeoutException or ObjectDisposedException)
        {
            // The turn ends by itself.
        }
    }

    /// <summary>One second, two, four … five minutes, and some chance, so that mailboxes of one server do not all come back at once.</summary>
    private TimeSpan Backoff()
    {
        var seconds = Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Min(_failures - 1, 16)));
        return TimeSpan.FromSeconds(seconds * (0.75 + (0.5 * Random.Shared.NextDouble())));
    }

    private static bool IsAway(Exception failure) => failure is IOException or SocketException or ImapException or AuthenticationException or TimeoutException or NpgsqlException
        or OperationCanceledException or ObjectDisposedException;

    /// <summary>Looked: at how many of the uids, from the first.</summary>
    private sealed record Batch(int Looked, int Taken, IReadOnlyList<uint> PassedOver);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mailbox {Mailbox} could not be read; it is tried again")]
    private static partial void LogFault(ILogger logger, Exception fault, string mailbox);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mailbox {Mailbox}: {Error}")]
    private static partial void LogFailed(ILogger logger, string mailbox, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mailbox {Mailbox}: the mail with uid {Uid} cannot be fetched and is passed over")]
    private static partial void LogPassedOver(ILogger logger, string mailbox, uint uid);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mailbox {Mailbox} has numbered its mails anew; all are looked at again")]
    private static partial void LogRenumbered(ILogger logger, string mailbox);
}
