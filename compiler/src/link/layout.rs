//! Where everything goes: addresses, file offsets, segments.
//!
//! In memory, from low to high addresses:
//!
//! ```text
//! headers, read-only data      ends in the page before the next part
//! data | context | zeroed data one segment; the context block is where its name says
//! constants                    where their name says
//! (read-only data)             here if the first place is too small, or makes the file much larger
//! code                         the runtime's first
//! memory images                where their names say
//! pad                          one page without content behind the memories' reservations
//! ```
//!
//! The segment of the headers is the lowest because older kernels tell the program where its
//! program headers are by assuming that, and because a kernel charges a whole writable first
//! mapping to the memory limit. The pad is there because the kernel places the heap (`brk`) behind
//! the highest segment, and the heap must not grow into the memory's reservation. Where no segment is
//! at the memory and the application does not ask for it (see [`needs_pad`]), the heap is behind the
//! code and meets the reservation from below.
//!
//! In the file, what has a fixed address has a fixed place within a page, because a page of the file
//! is what the kernel maps. `file` packs the parts. Pages of the file may hold several of them, so
//! that beside the bytes of one part those of others can be in memory. Memories are the exception:
//! images start at a page, and the kernel zeroes what follows them, because their segments are larger
//! than their part of the file.

use wasiaot_targets::{Addresses, Target};

use super::error::{LinkError, Part};
use super::file::{self, Anchored, File, Floating, UnloadedOffsets, UnloadedSizes};
use super::outputs::{Output, Outputs, Role};
use super::reloc;
use super::resolve::{FunctionArray, LinkerSymbol};

/// Sizes of ELF structures.
pub(super) const FILE_HEADER_BYTES: u64 = 64;
pub(super) const PROGRAM_HEADER_BYTES: u64 = 56;
pub(super) const SECTION_HEADER_BYTES: u64 = 64;
pub(super) const SYMBOL_BYTES: u64 = 24;

/// Kernels before 6.0 refuse program headers that take more than a page of 4 KiB.
const MAX_SEGMENTS: usize = (4096 / PROGRAM_HEADER_BYTES) as usize;

/// Below this, kernels may refuse to map anything (`vm.mmap_min_addr` is 64 KiB at most).
const LOWEST_ADDRESS: u64 = 1 << 20;

/// No address of a process is higher, on any target with four levels of page tables.
const MAX_ADDRESS: u64 = (1 << 47) - (1 << 20);

/// Access to a segment's memory, or what else it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SegmentKind {
    #[default]
    ReadOnly,
    Code,
    Writable,
    /// Keeps the heap away; never accessed.
    Pad,
    /// The initial thread-local data.
    Thread,
    /// Says that the stack is not executable.
    Stack,
}

/// A program header.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Segment {
    pub(super) kind: SegmentKind,
    pub(super) address: u64,
    pub(super) offset: u64,
    pub(super) file_size: u64,
    pub(super) size: u64,
    pub(super) align: u64,
}

/// Where everything is that `Outputs` does not say.
pub(super) struct Layout {
    /// In the order of the program headers: loaded ones first, by address.
    pub(super) segments: Vec<Segment>,
    pub(super) unloaded: UnloadedOffsets,
    pub(super) file_size: u64,
    /// Address of the ELF header.
    start: u64,
    text_end: u64,
    data_end: u64,
    bss_end: u64,
    /// See [`reloc::thread_pointer`].
    pub(super) thread_pointer: u64,
}

impl Layout {
    /// The segment that keeps the heap away from the memories, if there is one.
    pub(super) fn pad(&self) -> Option<Segment> {
        self.segments.iter().copied().find(|segment| segment.kind == SegmentKind::Pad)
    }

    /// Address and size of zeroed data, that of the context block included.
    pub(super) fn zeroed(&self) -> (u64, u64) {
        (self.data_end, self.bss_end - self.data_end)
    }

    /// The address of a symbol that the linker defines.
    pub(super) fn linker_symbol(&self, outputs: &Outputs, symbol: LinkerSymbol) -> u64 {
        let array = |array| {
            outputs.get(match array {
                FunctionArray::Preinit => Role::PreinitArray,
                FunctionArray::Init => Role::InitArray,
                FunctionArray::Fini => Role::FiniArray,
            })
        };
        match symbol {
            LinkerSymbol::Start => self.start,
            LinkerSymbol::ArrayStart(which) => array(which).address,
            LinkerSymbol::ArrayEnd(which) => array(which).address + array(which).size,
            LinkerSymbol::GlobalOffsetTable => outputs.get(Role::GlobalOffsetTable).address,
            LinkerSymbol::TextEnd => self.text_end,
            LinkerSymbol::DataEnd => self.data_end,
            LinkerSymbol::BssEnd => self.bss_end,
        }
    }
}

/// Output sections that follow each other in memory and in the file.
const READ_ONLY: &[Role] = &[
    Role::ThreadData,
    Role::ThreadBss,
    Role::PreinitArray,
    Role::InitArray,
    Role::FiniArray,
    Role::RelocatedRodata,
    Role::GlobalOffsetTable,
    Role::Rodata,
];
const CODE: &[Role] = &[Role::Init, Role::Fini, Role::Text, Role::GuestText];

/// Places everything. `reserved_end` is one past the address space of all linear memories, if it is
/// not that of one memory.
pub(super) fn layout(
    outputs: &mut Outputs,
    target: &Target,
    reserved_end: Option<u64>,
    unloaded: &UnloadedSizes,
) -> Result<Layout, LinkError> {
    let thread_align = outputs.get(Role::ThreadData).align.max(outputs.get(Role::ThreadBss).align);
    outputs.get_mut(Role::ThreadData).align = thread_align;
    let read_only = read_only_place(outputs, target, reserved_end, unloaded)?;
    let headers = header_bytes(outputs, read_only, reserved_end)?;
    let mut placer = Placer::new(outputs, target);
    let start = placer.place_low(headers, read_only)?;
    let code_offset = placer.arrange(unloaded);
    let writable = placer.place_writable()?;
    placer.place_constants()?;
    let text_end = placer.place_code(read_only, code_offset)?;
    placer.place_images_and_pad(reserved_end)?;
    let thread_pointer = placer.place_thread_data(target);
    placer.segments.push(Segment {
        kind: SegmentKind::Stack,
        align: 16, // What the ABI asks of a stack; nothing reads it.
        ..Segment::default()
    });
    let Placer { mut file, segments, .. } = placer;
    assert_eq!(FILE_HEADER_BYTES + segments.len() as u64 * PROGRAM_HEADER_BYTES, headers);
    let unloaded = unloaded.place(&mut file);
    Ok(Layout {
        segments,
        unloaded,
        file_size: file.end,
        start,
        text_end,
        data_end: writable.address + writable.file_size,
        bss_end: writable.address + writable.size,
        thread_pointer,
    })
}

/// Where read-only data goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ReadOnlyPlace {
    /// Behind the headers: one segment less, and one page less to load.
    Low,
    /// Before the code.
    BeforeCode,
}

/// Bytes of the file that are worth a segment, which costs a mapping and a page fault.
const SEGMENT_COST_BYTES: u64 = 8 << 10;

fn read_only_place(
    outputs: &mut Outputs,
    target: &Target,
    reserved_end: Option<u64>,
    unloaded: &UnloadedSizes,
) -> Result<ReadOnlyPlace, LinkError> {
    let headers = MAX_SEGMENTS as u64 * PROGRAM_HEADER_BYTES;
    let data = outputs.get(Role::Data).size;
    let read_only_bytes = stack(outputs, READ_ONLY, 0).end;
    if read_only_bytes == 0 {
        return Ok(ReadOnlyPlace::Low);
    }
    let size = headers + read_only_bytes + data + 2 * target.page_bytes;
    if size >= target.addresses.context - LOWEST_ADDRESS {
        return Ok(ReadOnlyPlace::BeforeCode);
    }
    let mut file_bytes = |place| -> Result<u64, LinkError> {
        let headers = header_bytes(outputs, place, reserved_end)?;
        Placer::new(outputs, target).file_bytes(headers, place, unloaded)
    };
    let low = file_bytes(ReadOnlyPlace::Low)?;
    match file_bytes(ReadOnlyPlace::BeforeCode) {
        Ok(before_code) if before_code + SEGMENT_COST_BYTES <= low => Ok(ReadOnlyPlace::BeforeCode),
        // Where there are as many segments as there can be, another one is an error.
        Ok(_) | Err(_) => Ok(ReadOnlyPlace::Low),
    }
}

/// Whether a segment behind the memories has to keep the heap away: where an image would be the highest
/// segment, or where the application says where its memories end.
pub(super) fn needs_pad(outputs: &Outputs, reserved_end: Option<u64>) -> bool {
    reserved_end.is_some() || outputs.iter().any(|output| output.role == Role::Image)
}

/// The bytes of the file header and the program headers.
fn header_bytes(
    outputs: &mut Outputs,
    read_only: ReadOnlyPlace,
    reserved_end: Option<u64>,
) -> Result<u64, LinkError> {
    let occupied = |roles: &[Role]| usize::from(roles.iter().any(|&role| outputs.get(role).size > 0));
    let count = 1 // Headers.
        + occupied(&[Role::Data, Role::Context, Role::Bss])
        + occupied(&[Role::Constants])
        + usize::from(read_only == ReadOnlyPlace::BeforeCode)
        + occupied(CODE)
        + occupied(&[Role::ThreadData, Role::ThreadBss])
        + usize::from(needs_pad(outputs, reserved_end))
        + 1 // Stack.
        + outputs.images_mut().len();
    if count > MAX_SEGMENTS {
        return Err(LinkError::TooManySegments { count, limit: MAX_SEGMENTS });
    }
    Ok(FILE_HEADER_BYTES + count as u64 * PROGRAM_HEADER_BYTES)
}

struct Placer<'a> {
    outputs: &'a mut Outputs,
    addresses: &'a Addresses,
    page: u64,
    file: File,
    segments: Vec<Segment>,
}

impl<'a> Placer<'a> {
    fn new(outputs: &'a mut Outputs, target: &'a Target) -> Self {
        Self {
            outputs,
            addresses: &target.addresses,
            page: target.page_bytes,
            file: File::default(),
            segments: Vec::new(),
        }
    }

    /// The size of the whole file if read-only data is at this place.
    fn file_bytes(
        mut self,
        headers: u64,
        read_only: ReadOnlyPlace,
        unloaded: &UnloadedSizes,
    ) -> Result<u64, LinkError> {
        self.place_low(headers, read_only)?;
        self.arrange(unloaded);
        if read_only == ReadOnlyPlace::BeforeCode {
            let Extent { end: size, align } = stack(self.outputs, READ_ONLY, 0);
            self.file.fill(align, size);
        }
        unloaded.place(&mut self.file);
        Ok(self.file.end)
    }

    /// Adds a segment, unless it is empty.
    fn segment(
        &mut self,
        kind: SegmentKind,
        address: u64,
        offset: u64,
        file_size: u64,
        size: u64,
    ) -> Segment {
        let segment = Segment { kind, address, offset, file_size, size, align: self.page };
        self.segments.extend((size > 0).then_some(segment));
        segment
    }

    /// Places the headers, and read-only data if it is to follow them, in the pages before the data.
    fn place_low(&mut self, headers: u64, read_only: ReadOnlyPlace) -> Result<u64, LinkError> {
        let context = self.outputs.get(Role::Context).address;
        let limit = self.data_start() / self.page * self.page;
        let size = match read_only {
            ReadOnlyPlace::Low => stack(self.outputs, READ_ONLY, headers).end,
            ReadOnlyPlace::BeforeCode => headers,
        };
        let start = limit.saturating_sub(size.next_multiple_of(self.page));
        if start < LOWEST_ADDRESS {
            return Err(no_room(Part::LowData, start, context, LOWEST_ADDRESS));
        }
        if read_only == ReadOnlyPlace::Low {
            place(self.outputs, READ_ONLY, start, 0);
        }
        self.file.end = size;
        self.segment(SegmentKind::ReadOnly, start, 0, size, size);
        Ok(start)
    }

    /// Decides where in the file code, and what has a fixed address, go. Returns the code's place.
    fn arrange(&mut self, unloaded: &UnloadedSizes) -> u64 {
        let (data_bytes, page) = (self.outputs.get(Role::Context).address - self.data_start(), self.page);
        let before = |output: &Output| if output.role == Role::Context { data_bytes } else { 0 };
        let anchored = |output: &mut Output| Anchored {
            in_page: (output.address - before(output)) % page,
            size: before(output) + output.file_size,
        };
        let anchored: Vec<Anchored> = self.outputs.anchored_mut().map(anchored).collect();
        let Extent { end: size, align } = stack(self.outputs, CODE, 0);
        let code = Floating { align, size };
        let arrangement = file::arrange(&self.file, &anchored, &code, unloaded, self.page);
        for (output, offset) in self.outputs.anchored_mut().zip(arrangement.anchored) {
            output.offset = offset + before(output);
        }
        self.file = arrangement.file;
        arrangement.code
    }

    /// Places data before, and zeroed data behind, the context block.
    fn place_writable(&mut self) -> Result<Segment, LinkError> {
        let context = self.outputs.get(Role::Context);
        let (start, context_end, file_end) =
            (context.address, context.address + context.size, context.offset + context.file_size);
        let mut address = self.data_start();
        let mut offset = context.offset - (start - address);
        let file_size = file_end - offset;
        if file_size == 0 {
            // No page of the file belongs to the segment, so it starts where zeroed pages start.
            (address, offset) = (address / self.page * self.page, 0);
        }
        let data = self.outputs.get_mut(Role::Data);
        (data.address, data.offset) = (address, offset);
        let bss = self.outputs.get_mut(Role::Bss);
        bss.address = context_end.next_multiple_of(bss.align);
        bss.offset = file_end;
        let end = bss.address + bss.size;
        if end > self.addresses.constants {
            return Err(no_room(Part::Context, start, end, self.addresses.constants));
        }
        // Of nothing, there is no segment, although the place of the context block is inside a page.
        let size = if end == start && file_size == 0 { 0 } else { end - address };
        Ok(self.segment(SegmentKind::Writable, address, offset, file_size, size))
    }

    /// The address of data: as near before the context block as its alignment allows.
    fn data_start(&self) -> u64 {
        let (data, context) = (self.outputs.get(Role::Data), self.outputs.get(Role::Context));
        let start = context.address.saturating_sub(data.size);
        if data.size > 0 { start / data.align * data.align } else { start }
    }

    fn place_constants(&mut self) -> Result<(), LinkError> {
        let Output { address, offset, size, .. } = *self.outputs.get(Role::Constants);
        if size > self.addresses.code - address {
            return Err(no_room(Part::Constants, address, address + size, self.addresses.code));
        }
        self.segment(SegmentKind::ReadOnly, address, offset, size, size);
        Ok(())
    }

    /// Places code, and read-only data that goes before it, between the code's limits. Returns the
    /// end of the code.
    fn place_code(&mut self, read_only: ReadOnlyPlace, code_offset: u64) -> Result<u64, LinkError> {
        let mut end = self.addresses.code;
        if read_only == ReadOnlyPlace::BeforeCode {
            let Extent { end: size, align } = stack(self.outputs, READ_ONLY, 0);
            let offset = self.file.fill(align, size);
            end = self.place_floating(READ_ONLY, SegmentKind::ReadOnly, end, offset);
        }
        let page_start = end.next_multiple_of(self.page);
        let end = self.place_floating(CODE, SegmentKind::Code, page_start, code_offset);
        let Addresses { code, code_end, .. } = *self.addresses;
        if end > code_end { Err(no_room(Part::Text, code, end, code_end)) } else { Ok(end) }
    }

    /// Places output sections as a segment in the first page from `page_start` on, at the address
    /// that follows from their place in the file. Returns their end.
    fn place_floating(&mut self, roles: &[Role], kind: SegmentKind, page_start: u64, offset: u64) -> u64 {
        let size = stack(self.outputs, roles, 0).end;
        let address = page_start + offset % self.page;
        place(self.outputs, roles, address, offset);
        self.segment(kind, address, offset, size, size);
        address + size
    }

    fn place_images_and_pad(&mut self, reserved_end: Option<u64>) -> Result<(), LinkError> {
        let Addresses { memory, memory_bytes, guard_bytes, .. } = *self.addresses;
        let memories_end = reserved_end.unwrap_or(memory + memory_bytes + guard_bytes);
        let pad = memories_end.min(MAX_ADDRESS).next_multiple_of(self.page);
        for image in self.outputs.images_mut() {
            let (address, size) = (image.address, image.size.next_multiple_of(self.page));
            if address + size > pad {
                return Err(no_room(Part::Memory, address, address + size, pad));
            }
            self.segments.push(Segment {
                kind: SegmentKind::Writable,
                address,
                offset: image.offset,
                file_size: image.file_size,
                size,
                align: self.page,
            });
        }
        if needs_pad(self.outputs, reserved_end) {
            self.segment(SegmentKind::Pad, pad, 0, 0, self.page);
        }
        Ok(())
    }

    /// Describes the initial thread-local data. Returns where the thread pointer is relative to it.
    fn place_thread_data(&mut self, target: &Target) -> u64 {
        let (data, bss) = (self.outputs.get(Role::ThreadData), self.outputs.get(Role::ThreadBss));
        let (address, align) = (data.address, data.align);
        let end = if bss.size > 0 { bss.address + bss.size } else { address + data.size };
        let segment = Segment {
            kind: SegmentKind::Thread,
            address,
            offset: data.offset,
            file_size: data.size,
            size: end - address,
            align,
        };
        self.segments.extend((segment.size > 0).then_some(segment));
        reloc::thread_pointer(target.arch, address, end, align)
    }
}

fn no_room(part: Part, start: u64, end: u64, limit: u64) -> LinkError {
    LinkError::NoRoom { part, start, end, limit }
}

/// The extent of output sections that follow each other.
struct Extent {
    end: u64,
    align: u64,
}

/// Puts output sections one after the other from `start` on: sets their addresses.
fn stack(outputs: &mut Outputs, roles: &[Role], start: u64) -> Extent {
    let mut extent = Extent { end: start, align: 1 };
    for &role in roles {
        let output = outputs.get_mut(role);
        output.address = extent.end.next_multiple_of(output.align);
        extent.align = extent.align.max(output.align);
        if role != Role::ThreadBss {
            extent.end = output.address + output.size;
        }
    }
    extent
}

/// Moves output sections that `stack` has put together to an address and a file offset.
fn place(outputs: &mut Outputs, roles: &[Role], address: u64, offset: u64) {
    for &role in roles {
        let output = outputs.get_mut(role);
        output.offset = output.address + offset;
        output.address += address;
    }
}
