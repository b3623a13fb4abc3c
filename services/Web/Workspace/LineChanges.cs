namespace Desk.Web.Workspace;

/// <summary>A line that stayed, came or went.</summary>
internal readonly record struct LineChange(char Sign, string Text);

/// <summary>What became of a text, line by line: as few lines as can be came and went.</summary>
internal static class LineChanges
{
    public static IReadOnlyList<LineChange> Between(string before, string after)
    {
        var (old, now) = (before.ReplaceLineEndings("\n").Split('\n'), after.ReplaceLineEndings("\n").Split('\n'));
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }
        var changes = new List<LineChange>();
        var (a, b) = (0, 0);
        while (a < old.Length || b < now.Length)
        {
            if (a < old.Length && b < now.Length && old[a] == now[b])
            {
                changes.Add(new LineChange(' ', old[a++]));
                b++;
            }
            else if (b == now.Length || (a < old.Length && common[a + 1, b] >= common[a, b + 1]))
            {
                changes.Add(new LineChange('-', old[a++]));
            }
            else
            {
                changes.Add(new LineChange('+', now[b++]));
            }
        }
        return changes;
    }
}
