namespace KvStore.Web.Slots;

/// <summary>All slots as a square, row by row from the top left: slot 0 to 127 in the first row, 128 to 255 in the second.</summary>
public static class SlotSquare
{
    public const int Side = 128;

    public const int Count = Side * Side;

    public static int RowOf(int slot) => slot / Side;

    public static int ColumnOf(int slot) => slot % Side;

    public static int SlotAt(int row, int column) => (row * Side) + column;
}
