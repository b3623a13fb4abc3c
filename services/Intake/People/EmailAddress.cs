namespace Desk.Intake.People;

/// <summary>Rules of mail addresses as the desk uses them.</summary>
internal static class EmailAddress
{
    /// <summary>The form that is stored and compared: two spellings that differ in case are one person.</summary>
    public static string Normalise(string address) => PlainText.Clean(address).Trim().ToLowerInvariant();

    /// <summary>
    /// An address that mail can be sent to: <c>local@domain.tld</c>, unquoted, at most 254 characters, letters of any script.
    /// Stricter than RFC 5321 on purpose: what the API takes must be safe to write back into a header.
    /// </summary>
    public static bool IsWellFormed(string? address)
    {
        if (address is null || address.Length is < 3 or > 254)
            return false;
        var at = address.LastIndexOf('@');
        if (at is < 1 or > 64 || at == address.Length - 1)
            return false;
        var local = address.AsSpan(0, at);
        var domain = address.AsSpan(at + 1);
        return IsDotAtom(local) && IsDomain(domain);
    }

    /// <summary><c>it.nordvik.example</c> gives itself, <c>nordvik.example</c> and <c>example</c>: the organisation of the longest wins.</summary>
    public static string[] DomainAndParents(string address)
    {
        var domain = address[(address.LastIndexOf('@') + 1)..];
        var domains = new List<string> { domain };
        for (var dot = domain.IndexOf('.'); dot >= 0 && domains.Count < 10; dot = domain.IndexOf('.', dot + 1))
            domains.Add(domain[(dot + 1)..]);
        return [.. domains];
    }

    private static bool IsDotAtom(ReadOnlySpan<char> local)
    {
        if (local[0] == '.' || local[^1] == '.')
            return false;
        var previous = '\0';
        foreach (var c in local)
        {
            if (c == '.' && previous == '.')
                return false;
            if (!char.IsLetterOrDigit(c) && !char.IsSurrogate(c) && !"!#$%&'*+-/=?^_`{|}~.".Contains(c))
                return false;
            previous = c;
        }
        return true;
    }

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        var labels = 0;
        foreach (var range in domain.Split('.'))
        {
            var label = domain[range];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
                return false;
            foreach (var c in label)
            {
                if (!char.IsLetterOrDigit(c) && c != '-')
                    return false;
            }
            labels++;
        }
        return labels >= 2;
    }
}
