using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace KvStore.Node.Storage.Log;

/// <summary>One open file of the log.</summary>
internal sealed class LogSegment : IDisposable
{
    private const int FillStep = 1 << 20;
    private const string Suffix = ".log";
    private const string NewSuffix = ".new";

    private readonly SafeFileHandle _file;

    private LogSegment(string path, SegmentHeader header, SafeFileHandle file)
    {
        Path = path;
        Header = header;
        Filler = new LogFiller(header.Seed);
        _file = file;
    }

    public string Path { get; }

    public SegmentHeader Header { get; }

    public LogFiller Filler { get; }

    public static string PathOf(string directory, long number) =>
        System.IO.Path.Combine(directory, number.ToString("D10", CultureInfo.InvariantCulture) + Suffix);

    /// <summary>The segments that stand in a directory, in order, and the remains of one that was being made.</summary>
    public static List<long> Numbers(string directory, out List<string> remains)
    {
        List<long> numbers = [];
        remains = [];
        foreach (string path in Directory.EnumerateFiles(directory))
        {
            string name = System.IO.Path.GetFileName(path);
            if (name.EndsWith(NewSuffix, StringComparison.Ordinal))
            {
                remains.Add(path);
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
    public static LogSegment Create(string directory, SegmentHeader header)
    {
        string path = PathOf(directory, header.Number);
        string unfinished = path + NewSuffix;
        try
        {
            using SafeFileHandle file = File.OpenHandle(unfinished, FileMode.Create, FileAccess.ReadWrite);
            Write(file, header);
            DiskSync.Data(file);
        }
        catch (IOException)
        {
            // What there is of it may be the space that somebody waits for.
            File.Delete(unfinished);
            throw;
        }

        File.Move(unfinished, path, overwrite: true);
        DiskSync.Directory(directory);
        return Open(directory, header.Number);
    }

    /// <summary>Opens a segment that recovery has checked.</summary>
    public static LogSegment Open(string directory, long number)
    {
        string path = PathOf(directory, number);
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        byte[] block = new byte[SegmentHeader.Length];
        RandomAccess.Read(file, block, 0);
        Invariant.Holds(SegmentHeader.TryRead(block, out SegmentHeader? header));
        return new LogSegment(path, header!, file);
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        Invariant.Holds(offset >= SegmentHeader.Length && offset + bytes.Length <= Header.SegmentBytes);
        RandomAccess.Write(_file, bytes, offset);
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

    public void Sync() => DiskSync.Data(_file);

    public void Dispose() => _file.Dispose();

    private static void Write(SafeFileHandle file, SegmentHeader header)
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

            RandomAccess.Write(file, step, at);
        }
    }
}
