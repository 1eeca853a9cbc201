using System.Globalization;

namespace KvStore.Node.Storage.Log;

/// <summary>One open file of the log.</summary>
internal sealed class LogSegment : IDisposable
{
    private const int FillStep = 1 << 20;
    private const string Suffix = ".log";
    private const string NewSuffix = ".new";

    private readonly DiskFile _file;

    private LogSegment(SegmentHeader header, DiskFile file)
    {
        Header = header;
        Filler = new LogFiller(header.Seed);
        _file = file;
    }

    public string Path => _file.Path;

    public SegmentHeader Header { get; }

    public LogFiller Filler { get; }

    public static string NameOf(long number) => number.ToString("D10", CultureInfo.InvariantCulture) + Suffix;

    /// <summary>The segments that stand in a directory, in order, and the remains of one that was being made.</summary>
    public static List<long> Numbers(DiskDirectory directory, out List<string> remains)
    {
        List<long> numbers = [];
        remains = [];
        foreach (string name in directory.Files())
        {
            if (name.EndsWith(NewSuffix, StringComparison.Ordinal))
            {
                remains.Add(name);
            }
            else if (name.EndsWith(Suffix, StringComparison.Ordinal)
                && long.TryParse(name[..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                numbers.Add(number);
            }
        }

        numbers.Sort();
        return numbers;
    }

    /// <summary>Makes a segment, written in full and synced under another name first: one that stands is whole.</summary>
    public static LogSegment Create(DiskDirectory directory, SegmentHeader header)
    {
        string name = NameOf(header.Number);
        string unfinished = name + NewSuffix;
        try
        {
            using DiskFile file = directory.CreateFile(unfinished);
            Write(file, header);
            file.Sync();
        }
        catch (IOException)
        {
            // What there is of it may be the space that somebody waits for.
            directory.DeleteFile(unfinished);
            throw;
        }

        directory.RenameFile(unfinished, name);
        directory.Sync();
        return Open(directory, header.Number);
    }

    /// <summary>Opens a segment that recovery has checked.</summary>
    public static LogSegment Open(DiskDirectory directory, long number)
    {
        DiskFile file = directory.OpenFile(NameOf(number));
        byte[] block = new byte[SegmentHeader.Length];
        file.Read(block, 0);
        Invariant.Holds(SegmentHeader.TryRead(block, out SegmentHeader? header));
        return new LogSegment(header!, file);
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        Invariant.Holds(offset >= SegmentHeader.Length && offset + bytes.Length <= Header.SegmentBytes);
        _file.Write(bytes, offset);
    }

    /// <summary>Puts the filler back where a torn commit stood, so that nothing of it can be taken for a frame later.</summary>
    public void Erase(long from, long to)
    {
        byte[] filler = new byte[Math.Min(FillStep, to - from)];
        for (long at = from; at < to; at += filler.Length)
        {
            Span<byte> step = filler.AsSpan(0, (int)Math.Min(filler.Length, to - at));
            Filler.Fill(step, at);
            Write(step, at);
        }
    }

    public void Sync() => _file.Sync();

    public void Dispose() => _file.Dispose();

    private static void Write(DiskFile file, SegmentHeader header)
    {
        LogFiller filler = new(header.Seed);
        byte[] block = new byte[Math.Min(FillStep, header.SegmentBytes)];
        for (long at = 0; at < header.SegmentBytes; at += block.Length)
        {
            Span<byte> step = block.AsSpan(0, (int)Math.Min(block.Length, header.SegmentBytes - at));
            filler.Fill(step, at);
            if (at == 0)
            {
                header.WriteTo(step);
            }

            file.Write(step, at);
        }
    }
}
