namespace Desk.Intake.Mail.Smtp;

/// <summary>
/// Puts the lines after DATA, or the pieces after BDAT, together: the lines end at CR LF . CR LF and at nothing else, undoes the doubled stops, and keeps no more than it may. Bytes
/// come in pieces of any size.
/// </summary>
/// <param name="largest">Bytes a mail may have.</param>
/// <param name="reserve">Asks for so many bytes of the room all sessions share; false when there is none left (they count as asked for all the same).</param>
internal sealed class SmtpData(int largest, Func<int, bool> reserve)
{
    /// <summary>How it ended.</summary>
    public enum End { Whole, TooLarge, NoRoom, BrokenLine, TooSlow, Gone }

    private const int LongestPiece = 8 * 1024;

    private byte[] _content = [];
    private int _length;
    private bool _insideLine;
    private bool _tooLarge;
    private bool _noRoom;

    /// <summary>A CR or an LF stood alone.</summary>
    public bool LineIsBroken { get; private set; }

    public int Reserved { get; private set; }

    public End Result => LineIsBroken ? End.BrokenLine : _tooLarge ? End.TooLarge : _noRoom ? End.NoRoom : End.Whole;

    public ReadOnlyMemory<byte> Content => _content.AsMemory(0, _length);

    /// <summary>True at the end of the mail; <paramref name="used"/> is how much of the bytes was read, the rest is to come again with more.</summary>
    public bool Take(ReadOnlySpan<byte> bytes, out int used)
    {
        used = 0;
        while (true)
        {
            var rest = bytes[used..];
            var newLine = rest.IndexOf((byte)'\n');
            if (newLine < 0)
            {
                // A line without end: keep what is certain, and leave a CR that may have its LF still to come.
                if (rest.Length > LongestPiece)
                {
                    var piece = rest[^1] == '\r' ? rest[..^1] : rest;
                    Keep(piece, whole: false);
                    used += piece.Length;
                }
                return false;
            }
            var line = rest[..(newLine + 1)];
            used += line.Length;
            if (!_insideLine && line.SequenceEqual(".\r\n"u8))
                return true;
            Keep(line, whole: true);
        }
    }

    private void Keep(ReadOnlySpan<byte> piece, bool whole)
    {
        var content = piece;
        if (whole)
        {
            LineIsBroken |= content.Length < 2 || content[^2] != '\r';
            content = content[..^(content.Length >= 2 && content[^2] == '\r' ? 2 : 1)];
        }
        LineIsBroken |= content.IndexOf((byte)'\r') >= 0;
        if (!_insideLine && piece[0] == '.')
            piece = piece[1..];
        _insideLine = !whole;
        if (!LineIsBroken)
            Append(piece);
    }

    /// <summary>Keeps bytes as they are: those of BDAT, whose length is told beforehand, so that nothing in them can be taken for their end.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        if (_tooLarge || _noRoom)
            return;
        if (_length + piece.Length > largest)
        {
            _tooLarge = true;
            _content = [];
            return;
        }
        if (_length + piece.Length > _content.Length && !Grow(_length + piece.Length))
            return;
        piece.CopyTo(_content.AsSpan(_length));
        _length += piece.Length;
    }

    private bool Grow(int needed)
    {
        var size = Math.Min(Math.Max(needed, Math.Max(16 * 1024, _content.Length * 2)), Math.Max(largest, needed));
        var more = size - _content.Length;
        Reserved += more;
        if (!reserve(more))
        {
            _noRoom = true;
            _content = [];
            return false;
        }
        Array.Resize(ref _content, size);
        return true;
    }
}
