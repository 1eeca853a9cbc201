namespace KvStore.Web.Slots;

/// <summary>What of the slots is drawn.</summary>
public enum SlotMeasure
{
    Keys,
    Bytes,
    Reads,
    Writes,
}
