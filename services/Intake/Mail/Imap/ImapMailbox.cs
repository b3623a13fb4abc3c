using System.Globalization;

namespace Desk.Intake.Mail.Imap;

/// <summary>What a mailbox says of a mail before it is fetched. Arrived is the server's own time, as it writes it.</summary>
internal sealed record ImapMail(uint Uid, uint Size, string Arrived);

/// <summary>
/// A mailbox that is open: what may be done with it, and all that the rest of the desk knows of IMAP. This class is the seam: a library could stand
/// behind it.
/// </summary>
internal sealed class ImapMailbox : IAsyncDisposable
{
    /// <summary>Of a mail that is too large, so much is fetched, for a human to see whose it is.</summary>
    private const int Beginning = 256 * 1024;

    private static readonly TimeSpan FetchTime = TimeSpan.FromMinutes(10);

    private readonly ImapConnection _connection;
    private readonly MailboxSettings _settings;
    private readonly TimeProvider _clock;
    private bool _news = true;

    private ImapMailbox(ImapConnection connection, MailboxSettings settings, TimeProvider clock) => (_connection, _settings, _clock) = (connection, settings, clock);

    /// <summary>While this stays, uids mean the same mails.</summary>
    public uint UidValidity { get; private set; }

    public static async Task<ImapMailbox> OpenAsync(MailboxSettings settings, AccessTokens tokens, TimeProvider clock, CancellationToken cancellation)
    {
        var connection = await ImapConnection.OpenAsync(settings, tokens, clock, cancellation);
        try
        {
            var mailbox = new ImapMailbox(connection, settings, clock);
            await connection.CommandAsync($"SELECT {Name(settings.Folder)}", response =>
            {
                if (response.Code.StartsWith("UIDVALIDITY ", StringComparison.OrdinalIgnoreCase) && uint.TryParse(response.Code[12..], NumberStyles.None, CultureInfo.InvariantCulture, out var validity))
                    mailbox.UidValidity = validity;
            }, 0, cancellation);
            return mailbox.UidValidity > 0 ? mailbox : throw new ImapException("its uids are not valid for longer than a connection.");
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The highest uid there is; 0 for an empty mailbox.</summary>
    public async Task<uint> HighestAsync(CancellationToken cancellation)
    {
        // What comes while we ask is either in the answer or news.
        _news = false;
        var highest = 0u;
        await _connection.CommandAsync("UID FETCH * (UID)", Heard((uid, _) => highest = Math.Max(highest, uid)), 0, cancellation);
        return highest;
    }

    /// <summary>Uids from one to another, both included, ascending.</summary>
    public async Task<IReadOnlyList<uint>> FindAsync(uint from, uint to, CancellationToken cancellation)
    {
        var since = _settings.Since is { } day ? " SINCE " + day.ToString("d-MMM-yyyy", CultureInfo.InvariantCulture) : "";
        var uids = new SortedSet<uint>();
        await _connection.CommandAsync($"UID SEARCH UID {from}:{to}{since}", Heard(null, found =>
        {
            foreach (var value in found)
            {
                if (value.Number is { } uid && uid >= from && uid <= to)
                    uids.Add(uid);
            }
        }), 0, cancellation);
        return [.. uids];
    }

    /// <summary>Those of the uids that still are there.</summary>
    public async Task<IReadOnlyDictionary<uint, ImapMail>> DescribeAsync(IReadOnlyList<uint> uids, CancellationToken cancellation)
    {
        var wanted = uids.ToHashSet();
        var mails = new Dictionary<uint, ImapMail>();
        await _connection.CommandAsync($"UID FETCH {Set(uids)} (UID RFC822.SIZE INTERNALDATE)", Heard((uid, about) =>
        {
            if (wanted.Contains(uid))
                mails[uid] = new ImapMail(uid, about.GetValueOrDefault("RFC822.SIZE")?.Number ?? 0, about.GetValueOrDefault("INTERNALDATE")?.Text ?? "");
        }), 0, cancellation);
        return mails;
    }

    /// <summary>The mail's bytes, or those it begins with; null when it is no longer there. Its flags stay as they are.</summary>
    public async Task<byte[]?> FetchAsync(uint uid, int largest, bool onlyBeginning, CancellationToken cancellation)
    {
        byte[]? content = null;
        await _connection.CommandAsync($"UID FETCH {uid} (UID BODY.PEEK[]{(onlyBeginning ? $"<0.{Beginning}>" : "")})", Heard((fetched, about) =>
        {
            if (fetched == uid)
                content = about.FirstOrDefault(item => item.Key.StartsWith("BODY[]", StringComparison.OrdinalIgnoreCase)).Value?.Bytes ?? content;
        }), onlyBeginning ? Beginning : largest, cancellation, FetchTime);
        return content;
    }

    /// <summary>Does with stored mails what the settings say: they are marked as read, moved, or deleted.</summary>
    /// <exception cref="ImapRefusedException">The server does not let us.</exception>
    public async Task SettleAsync(IReadOnlyList<uint> uids, CancellationToken cancellation)
    {
        if (uids.Count == 0)
            return;
        var set = Set(uids);
        switch (_settings.After)
        {
            case AfterTaking.Seen:
                await SayAsync($"UID STORE {set} +FLAGS.SILENT (\\Seen)", cancellation);
                break;
            case AfterTaking.Delete:
                await RemoveAsync(set, cancellation);
                break;
            case AfterTaking.Move:
                try
                {
                    await MoveAsync(set, cancellation);
                }
                catch (ImapRefusedException)
                {
                    // The folder may not be there yet. If that was not it, the second try says what it is.
                    await SayAsync($"CREATE {Name(_settings.MoveTo)}", cancellation);
                    await MoveAsync(set, cancellation);
                }
                break;
        }
    }

    /// <summary>Marks what the desk could not take: read, and flagged for a human.</summary>
    public Task FlagAsync(uint uid, CancellationToken cancellation) => SayAsync($"UID STORE {uid} +FLAGS.SILENT (\\Seen \\Flagged)", cancellation);

    /// <summary>Until there may be news, but no longer than this: by IDLE (RFC 2177) where the server offers it.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        if (_news)
            return;
        if (!_connection.Offers("IDLE"))
        {
            await Task.Delay(atMost, _clock, cancellation);
            await SayAsync("NOOP", cancellation);
            return;
        }
        var tag = await _connection.BeginAsync("IDLE", cancellation);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var over = Task.Delay(atMost, _clock, ended.Token);
        var heard = Heard(null);
        var (agreed, done) = (false, false);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // A read that is broken off would break the connection: it goes on beside the waiting until IDLE is done.
        var reading = _connection.ReadAsync(0, late.Token);
        while (true)
        {
            if (agreed && !done && (_news || over.IsCompleted))
            {
                done = true;
                await _connection.WriteAsync("DONE", cancellation);
                late.CancelAfter(ImapConnection.CommandTime);
            }
            if (!done && await Task.WhenAny(reading, over) == over && agreed)
                continue;
            if (!agreed && over.IsCompleted)
                late.CancelAfter(ImapConnection.CommandTime);
            var response = await reading;
            if (response.Tag == tag)
            {
                ImapConnection.Must(response, "IDLE");
                await ended.CancelAsync();
                return;
            }
            agreed |= response.Tag == "+";
            heard(response);
            reading = _connection.ReadAsync(0, late.Token);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task MoveAsync(string set, CancellationToken cancellation)
    {
        if (_connection.Offers("MOVE"))
        {
            await SayAsync($"UID MOVE {set} {Name(_settings.MoveTo)}", cancellation);
            return;
        }
        await SayAsync($"UID COPY {set} {Name(_settings.MoveTo)}", cancellation);
        await RemoveAsync(set, cancellation);
    }

    private async Task RemoveAsync(string set, CancellationToken cancellation)
    {
        await SayAsync($"UID STORE {set} +FLAGS.SILENT (\\Deleted)", cancellation);
        // Without UIDPLUS, EXPUNGE would remove what others have marked too: then the mark is all.
        if (_connection.Offers("UIDPLUS"))
            await SayAsync($"UID EXPUNGE {set}", cancellation);
    }

    private Task<ImapResponse> SayAsync(string command, CancellationToken cancellation) => _connection.CommandAsync(command, Heard(null), 0, cancellation);

    private Action<ImapResponse> Heard(Action<uint, IReadOnlyDictionary<string, ImapValue>>? fetched, Action<IReadOnlyList<ImapValue>>? searched = null) => response =>
    {
        switch (response.Kind)
        {
            case "EXISTS":
                _news = true;
                break;
            case "SEARCH":
                searched?.Invoke(response.Values);
                break;
            case "FETCH" when fetched is not null && response.Values is [{ List: { } pairs }, ..]:
                var about = new Dictionary<string, ImapValue>(StringComparer.OrdinalIgnoreCase);
                for (var at = 0; at + 1 < pairs.Count; at += 2)
                    about[pairs[at].Text] = pairs[at + 1];
                if (about.GetValueOrDefault("UID")?.Number is { } uid)
                    fetched(uid, about);
                break;
        }
    };

    private static string Set(IReadOnlyList<uint> uids) => string.Join(',', uids.Select(uid => uid.ToString(CultureInfo.InvariantCulture)));

    private static string Name(string folder) => ImapConnection.Quote(ModifiedUtf7.Encode(folder));
}
