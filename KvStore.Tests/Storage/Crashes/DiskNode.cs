namespace KvStore.Tests.Storage.Crashes;

/// <summary>A file or directory, whatever it is called: names belong to the directories.</summary>
internal sealed class DiskNode(bool isDirectory)
{
    private byte[] _bytes = [];
    private int _applied;

    public bool IsDirectory { get; } = isDirectory;

    /// <summary>In the order in which they were made.</summary>
    public List<DiskChange> Changes { get; } = [];

    /// <summary>A directory's entries at the end of the recording.</summary>
    public Dictionary<string, DiskNode> Entries { get; } = [];

    /// <summary>The file with its first changes done and no other. Remembered for the next time.</summary>
    public byte[] BytesAfter(int changes)
    {
        if (changes < _applied)
        {
            (_bytes, _applied) = ([], 0);
        }

        if (changes > _applied)
        {
            _bytes = Apply([.. _bytes], Changes.Skip(_applied).Take(changes - _applied));
            _applied = changes;
        }

        return _bytes;
    }

    /// <summary>The file with some of its changes done.</summary>
    public static byte[] Apply(byte[] bytes, IEnumerable<DiskChange> changes)
    {
        foreach (DiskChange each in changes)
        {
            ContentChange change = (ContentChange)each;
            long length = change.Bytes is null ? change.Offset : Math.Max(bytes.Length, change.Offset + change.Bytes.Length);
            if (length != bytes.Length)
            {
                Array.Resize(ref bytes, (int)length);
            }

            change.Bytes?.CopyTo(bytes, change.Offset);
        }

        return bytes;
    }
}
